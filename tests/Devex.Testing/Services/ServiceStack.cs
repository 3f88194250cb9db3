using System.Globalization;

namespace Devex.Testing.Services;

/// <summary>
/// Core with its sessions, Gateway and, where asked for, Web as programs of their own on loopback, with Redis and S3: the product without the AppHost,
/// so that a test chooses names, schemes and certificates.
/// </summary>
/// <remarks>A test project that uses it references those programs, Devex.Runner and Devex.EmbeddedS3 as <see cref="BuiltProgram"/> shows.</remarks>
public sealed class ServiceStack : IAsyncDisposable
{
    /// <summary>The keys' secret, for tests that sign as a part.</summary>
    public static readonly string Secret = new('k', 40);

    // A machine that runs several test projects at once starts four programs slowly.
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(4);

    // Sockets live below it, and their paths must be short.
    private readonly TempFolder _folder = new("dvx-");
    private readonly List<ProgramProcess> _programs = [];
    private Func<ProgramProcess> _startCore = null!;

    private ServiceStack(StackNames names, RedisServer redis, S3Server s3) => (Names, Redis, S3) = (names, redis, s3);

    public StackNames Names { get; }

    public RedisServer Redis { get; }

    public S3Server S3 { get; }

    /// <summary>Where Core's API listens.</summary>
    public Uri CoreAddress { get; private set; } = null!;

    /// <summary>Where Core listens for what runs beside sessions.</summary>
    public Uri SessionAddress { get; private set; } = null!;

    /// <summary>Below it are the files of all sessions.</summary>
    public string DataFolder => _folder["data"];

    public ProgramProcess Core { get; private set; } = null!;

    public ProgramProcess Gateway { get; private set; } = null!;

    /// <summary>Null where it was not asked for.</summary>
    public ProgramProcess? Web { get; private set; }

    /// <param name="names">Public names.</param>
    /// <param name="web">Whether Web is wanted too.</param>
    /// <param name="settings">Environment that has the last word.</param>
    /// <param name="s3Address">Where S3 listens; loopback unless sessions are elsewhere.</param>
    public static async Task<ServiceStack> StartAsync(
        StackNames names, bool web = false, IReadOnlyDictionary<string, string?>? settings = null, string s3Address = "127.0.0.1")
    {
        var stack = new ServiceStack(names, await RedisServer.StartAsync(RedisKind.Redis), await S3Server.StartAsync(S3Kind.Embedded, s3Address));
        try
        {
            await stack.LaunchAsync(web, settings ?? new Dictionary<string, string?>());
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the sessions first: on SIGINT Core saves and ends what runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Core is { HasExited: false })
        {
            Core.Signal(2);
            await Core.WaitForExitAsync(TimeSpan.FromMinutes(4));
        }
        foreach (var program in _programs)
            await program.DisposeAsync();
        await S3.DisposeAsync();
        await Redis.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Kills Core as a machine that loses power does, and starts it again with the same settings.</summary>
    public async Task RestartCoreAsync()
    {
        _programs.Remove(Core);
        await Core.KillAsync();
        await Core.DisposeAsync();
        Core = _startCore();
        await Core.WaitForHttpAsync(new Uri(CoreAddress, "/health"), StartTime);
    }

    private async Task LaunchAsync(bool web, IReadOnlyDictionary<string, string?> settings)
    {
        // Sessions run as users of their own and must get through; without that there is no isolation.
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_001_001);
        var (core, sessions) = (FreePort.Next(), FreePort.Next());
        (CoreAddress, SessionAddress) = (new Uri($"http://127.0.0.1:{core}"), new Uri($"http://127.0.0.1:{sessions}"));
        _startCore = () => Start("Devex.Core", new()
        {
            ["ASPNETCORE_URLS"] = CoreAddress.GetLeftPart(UriPartial.Authority),
            ["S3__ServiceUrl"] = S3.ServiceUrl,
            ["S3__SessionEndpoint"] = S3.ServiceUrl,
            ["S3__AccessKey"] = S3.AccessKey,
            ["S3__SecretKey"] = S3.SecretKey,
            ["S3__Region"] = S3.Region,
            ["S3__Bucket"] = "devex",
            ["Keys__Ticket"] = Secret,
            ["Keys__Secrets"] = Secret,
            ["Core__SessionPort"] = sessions.ToString(CultureInfo.InvariantCulture),
            ["Core__SessionUrl"] = SessionAddress.GetLeftPart(UriPartial.Authority),
            ["Runtime__Kind"] = "Process",
            ["Runtime__Process__DataFolder"] = DataFolder,
            ["Runtime__Process__RuntimeFolder"] = _folder["run"],
            ["Runtime__Process__Runner"] = BuiltProgram.Path("Devex.Runner"),
            ["Templates__Folder"] = Path.Combine(BuiltProgram.RepositoryRoot, "templates"),
        }, settings);
        Core = _startCore();
        Gateway = Start("Devex.Gateway", Front(Names.Repl), settings);
        if (web)
            Web = Start("Devex.Web", Front(Names.Web), settings);
        await Core.WaitForHttpAsync(new Uri(CoreAddress, "/health"), StartTime);
        foreach (var program in _programs.Skip(1))
            await program.WaitForLineAsync("Now listening on", StartTime);
    }

    private Dictionary<string, string?> Front(Uri name)
    {
        var variables = new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = $"{name.Scheme}://127.0.0.1:{name.Port}",
            ["services__core__http__0"] = CoreAddress.GetLeftPart(UriPartial.Authority),
        };
        if (Names.Certificate is { } certificate)
            variables["ASPNETCORE_Kestrel__Certificates__Default__Path"] = certificate;
        return variables;
    }

    private ProgramProcess Start(string project, Dictionary<string, string?> variables, IReadOnlyDictionary<string, string?> settings)
    {
        var common = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ConnectionStrings__redis"] = Redis.ConnectionString,
            ["Hosts__Web"] = Names.Web.GetLeftPart(UriPartial.Authority),
            ["Hosts__Repl"] = Names.Repl.GetLeftPart(UriPartial.Authority),
            ["Hosts__Preview"] = Names.Preview.GetLeftPart(UriPartial.Authority),
            ["Hosts__Internal__0"] = "127.0.0.1",
            ["Keys__Web"] = Secret,
            ["Keys__Gateway"] = Secret,
        };
        // What the test asks for has the last word.
        foreach (var (name, value) in variables.Concat(settings))
            common[name] = value;
        // Web finds its static files from the folder of its project, as under dotnet run.
        var program = ProgramProcess.Start(BuiltProgram.Path(project), [], common, Path.Combine(BuiltProgram.RepositoryRoot, project));
        _programs.Add(program);
        return program;
    }
}

/// <summary>Public names of a stack; the ports in them are where its parts listen.</summary>
/// <param name="Web">Base address of Web.</param>
/// <param name="Repl">Base address below which REPLs have hosts.</param>
/// <param name="Preview">Base address below which previews have hosts; same port as <paramref name="Repl"/>.</param>
/// <param name="Certificate">A PFX without a password, for https.</param>
public sealed record StackNames(Uri Web, Uri Repl, Uri Preview, string? Certificate = null)
{
    /// <summary>The defaults of development on free ports: <c>*.localhost</c> over plain HTTP.</summary>
    public static StackNames Localhost()
    {
        var (web, gateway) = (FreePort.Next(), FreePort.Next());
        return new(new($"http://localhost:{web}"), new($"http://repl.localhost:{gateway}"), new($"http://preview.localhost:{gateway}"));
    }
}

using Devex.Contracts;
using Devex.Core.Keys;
using Devex.Core.Snapshots;
using Devex.Core.Storage;
using Devex.Core.Templates;
using Devex.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Devex.Core.Tests.Snapshots.Fixtures;

/// <summary>An S3 server, a proxy to it that can fail, and as many Cores over both as a test wants: only the snapshots' part, on Kestrel.</summary>
public sealed class SnapshotStack : IAsyncLifetime
{
    private readonly List<WebApplication> _cores = [];

    public S3Server S3 { get; private set; } = null!;

    public string Bucket { get; private set; } = "";

    /// <summary>What sessions and Cores see of S3.</summary>
    public FailingProxy Proxy { get; private set; } = null!;

    public TempFolder Templates { get; } = new("devex-templates-");

    public UserId Owner { get; } = UserId.Local("ada");

    public WebApplication Core => _cores[0];

    internal ISnapshots Snapshots => Core.Services.GetRequiredService<ISnapshots>();

    public async ValueTask InitializeAsync()
    {
        S3 = await S3Server.StartAsync(S3Kind.Embedded);
        Bucket = await S3.CreateBucketAsync();
        Proxy = await FailingProxy.StartAsync(S3.ServiceUrl);
        WriteTemplate();
        await StartCoreAsync();
    }

    /// <summary>One more replica.</summary>
    public async Task<WebApplication> StartCoreAsync(Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Keys:Ticket"] = new string('t', 40),
            ["Keys:Web"] = new string('w', 40),
            ["Keys:Gateway"] = new string('g', 40),
            ["Keys:Secrets"] = new string('s', 40),
            ["ConnectionStrings:redis"] = "127.0.0.1:1",
            ["S3:ServiceUrl"] = Proxy.Url,
            ["S3:SessionEndpoint"] = Proxy.Url,
            ["S3:Bucket"] = Bucket,
            ["S3:Region"] = S3.Region,
            ["S3:AccessKey"] = S3.AccessKey,
            ["S3:SecretKey"] = S3.SecretKey,
            ["Templates:Folder"] = Templates.Path,
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddKeys();
        builder.AddStorage();
        builder.AddTemplates();
        services?.Invoke(builder.Services);
        builder.AddSnapshots();
        var core = builder.Build();
        core.MapTemplates();
        core.MapSnapshots();
        await core.StartAsync();
        _cores.Add(core);
        return core;
    }

    public static string UrlOf(WebApplication core) =>
        core.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>A new REPL from the template <c>tiny</c>.</summary>
    public async Task<ReplId> CreateReplAsync()
    {
        var id = ReplId.New();
        await Snapshots.CreateFromTemplateAsync(Owner, id, "tiny", CancellationToken.None);
        return id;
    }

    /// <summary>A writer with a bootstrap token, which can only claim.</summary>
    internal TestWriter CreateWriter(ReplId id, string session = "session-1", WebApplication? core = null) =>
        new(UrlOf(core ?? Core), id, Snapshots.IssueBootstrapToken(Owner, id, session, "writer-1"));

    /// <summary>A folder for one session of a REPL, with its bootstrap token.</summary>
    public SessionFolder CreateSession(ReplId id, string session = "session-1", WebApplication? core = null)
    {
        var token = Snapshots.IssueBootstrapToken(Owner, id, session, "writer-1");
        return new SessionFolder(id, UrlOf(core ?? Core), token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var core in _cores)
            await core.DisposeAsync();
        if (Proxy is not null)
            await Proxy.DisposeAsync();
        if (S3 is not null)
            await S3.DisposeAsync();
        Templates.Dispose();
    }

    private void WriteTemplate()
    {
        var folder = Templates["tiny"];
        Directory.CreateDirectory(Path.Combine(folder, "workspace", "src"));
        Directory.CreateDirectory(Path.Combine(folder, "workspace", "empty"));
        File.WriteAllText(Path.Combine(folder, "workspace", "src", "main.py"), "print('hello')\n");
        File.WriteAllText(Path.Combine(folder, "workspace", "run.sh"), "#!/bin/sh\necho hi\n");
        File.SetUnixFileMode(Path.Combine(folder, "workspace", "run.sh"), (UnixFileMode)0x1ed);
        File.CreateSymbolicLink(Path.Combine(folder, "workspace", "latest"), "src/main.py");
        File.WriteAllText(Path.Combine(folder, "icon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        File.WriteAllText(Path.Combine(folder, "template.json"), """
            { "name": "Tiny", "description": "For tests.", "icon": "icon.svg", "order": 1, "image": "tiny", "runCommand": "sh run.sh", "defaultFile": "src/main.py",
              "ports": [], "tools": ["sh", "no-such-tool"], "tags": ["test"], "excludes": [".npm/_cacache", "*.tmp"] }
            """);
    }
}

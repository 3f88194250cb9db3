using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Devex.Testing.Git;

/// <summary>
/// Git's own <c>http-backend</c> behind a web server on a loopback port: repositories in <see cref="Folder"/> can be cloned from <see cref="Url"/>. Those told to
/// hang answer what they can, and then nothing. With a <see cref="Credential"/> it speaks to nobody else, and takes what they push.
/// </summary>
public sealed class GitServer : IAsyncDisposable
{
    private static readonly string[] PlacesOfGit = ["/usr/lib/git-core", "/usr/libexec/git-core", "/opt/homebrew/opt/git/libexec/git-core"];

    private readonly WebApplication _app;
    private readonly TempFolder _folder = new("devex-git-server-");
    private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string[] _hanging = [];

    private GitServer(WebApplication app, X509Certificate2? certificate)
    {
        _app = app;
        if (certificate is not null)
            File.WriteAllText(AuthorityPath, certificate.ExportCertificatePem());
    }

    /// <summary>Where repositories are made.</summary>
    public string Folder => _folder.Path;

    /// <summary>Without a slash at its end.</summary>
    public string Url => _app.Urls.First();

    /// <summary>Who is let in, where not everybody is.</summary>
    public (string User, string Password)? Credential { get; set; }

    /// <summary>Where nobody may push, whoever they are.</summary>
    public string? ReadOnly { get; set; }

    /// <summary>Certificates by which git knows this server, where it speaks https (<c>GIT_SSL_CAINFO</c>).</summary>
    public string AuthorityPath => Path.Combine(Folder, "authority.pem");

    /// <summary>Answered with this address where a path is in it.</summary>
    public Dictionary<string, string> Redirects { get; } = [];

    /// <summary>Ends when somebody waits for what hangs.</summary>
    public Task Hangs => _hangs.Task;

    /// <summary>Ends when whoever waited for what hangs has gone.</summary>
    public Task HungUp => _hungUp.Task;

    /// <summary>Makes fetches of a path hang.</summary>
    public void Hang(string path) => _hanging = [.. _hanging, path];

    public static async Task<GitServer> StartAsync(bool https = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var certificate = https ? Certificate() : null;
        if (certificate is null)
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        else
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        var server = new GitServer(app, certificate);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>Makes a repository that can be cloned from <c>{Url}/{name}</c>.</summary>
    public GitRepository Create(string name) => new(Path.Combine(Folder, name));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Devex tests", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!;
        if (Credential is { } known && request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{known.User}:{known.Password}")))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"git\"";
            return;
        }
        if (ReadOnly is { } prefix && path.StartsWith(prefix, StringComparison.Ordinal) && (path + request.QueryString).Contains("git-receive-pack", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        if (Redirects.GetValueOrDefault(path.Split("/info/")[0]) is { } target)
        {
            context.Response.Redirect(target + path[path.IndexOf("/info/", StringComparison.Ordinal)..] + request.QueryString);
            return;
        }
        if (path.StartsWith("/private/", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        if (request.Method == "POST" && _hanging.Any(hanging => path.StartsWith(hanging + "/", StringComparison.Ordinal)))
        {
            request.EnableBuffering();
            if ((await new StreamReader(request.Body).ReadToEndAsync()).Contains("command=fetch", StringComparison.Ordinal))
            {
                _hangs.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => _hungUp.TrySetResult(), TaskScheduler.Default);
                return;
            }
            request.Body.Position = 0;
        }
        await BackendAsync(context, path);
    }

    private async Task BackendAsync(HttpContext context, string path)
    {
        var request = context.Request;
        var info = new ProcessStartInfo(Path.Combine(PlacesOfGit.First(Directory.Exists), "git-http-backend"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in new Dictionary<string, string?>
        {
            ["GIT_PROJECT_ROOT"] = Folder,
            ["GIT_HTTP_EXPORT_ALL"] = "1",
            ["GIT_PROTOCOL"] = request.Headers["Git-Protocol"],
            ["GIT_CONFIG_COUNT"] = "1",
            ["GIT_CONFIG_KEY_0"] = "safe.directory",
            ["GIT_CONFIG_VALUE_0"] = "*",
            ["PATH_INFO"] = path,
            ["QUERY_STRING"] = request.QueryString.Value?.TrimStart('?'),
            ["REQUEST_METHOD"] = request.Method,
            ["CONTENT_TYPE"] = request.ContentType,
            ["HTTP_CONTENT_ENCODING"] = request.Headers.ContentEncoding,
            ["REMOTE_ADDR"] = "127.0.0.1",
            // Git's own condition for a push.
            ["REMOTE_USER"] = Credential?.User,
        })
            info.Environment[name] = value ?? "";
        using var backend = Process.Start(info)!;
        var sending = SendAsync(request.Body, backend);
        var output = backend.StandardOutput.BaseStream;
        while (await LineAsync(output) is { Length: > 0 } line)
        {
            var (name, value) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            if (name == "Status")
                context.Response.StatusCode = int.Parse(value[..3], System.Globalization.CultureInfo.InvariantCulture);
            else
                context.Response.Headers[name] = value;
        }
        await output.CopyToAsync(context.Response.Body);
        await sending;
        await backend.WaitForExitAsync();
    }

    private static async Task SendAsync(Stream body, Process backend)
    {
        try
        {
            await body.CopyToAsync(backend.StandardInput.BaseStream);
            backend.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has heard enough.
        }
    }

    private static async Task<string> LineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1 && one[0] != '\n')
            line.Append((char)one[0]);
        return line.ToString().TrimEnd('\r');
    }
}

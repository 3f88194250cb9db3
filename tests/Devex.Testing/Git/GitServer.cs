using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Devex.Testing.Git;

/// <summary>
/// Git's own <c>http-backend</c> behind a web server on a loopback port: repositories in <see cref="Folder"/> can be cloned from <see cref="Url"/>. Those told to
/// hang answer what they can, and then nothing.
/// </summary>
public sealed class GitServer : IAsyncDisposable
{
    private static readonly string[] PlacesOfGit = ["/usr/lib/git-core", "/usr/libexec/git-core", "/opt/homebrew/opt/git/libexec/git-core"];

    private readonly WebApplication _app;
    private readonly TempFolder _folder = new("devex-git-server-");
    private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string[] _hanging = [];

    private GitServer(WebApplication app) => _app = app;

    /// <summary>Where repositories are made.</summary>
    public string Folder => _folder.Path;

    /// <summary>Without a slash at its end.</summary>
    public string Url => _app.Urls.First();

    /// <summary>Answered with this address where a path is in it.</summary>
    public Dictionary<string, string> Redirects { get; } = [];

    /// <summary>Ends when somebody waits for what hangs.</summary>
    public Task Hangs => _hangs.Task;

    /// <summary>Ends when whoever waited for what hangs has gone.</summary>
    public Task HungUp => _hungUp.Task;

    /// <summary>Makes fetches of a path hang.</summary>
    public void Hang(string path) => _hanging = [.. _hanging, path];

    public static async Task<GitServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new GitServer(app);
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

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!;
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

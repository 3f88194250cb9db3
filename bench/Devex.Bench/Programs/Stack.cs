using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Tokens;
using Devex.ServiceDefaults.Tokens;
using Devex.Testing;
using Devex.Testing.Runner;

namespace Devex.Bench.Programs;

/// <summary>
/// What the AppHost starts, without Web, which no figure here passes: the embedded Redis and S3, Core with the Process runtime, and the Gateway, each as its
/// program, on free ports and with a data folder of its own. Speaks to Core as a program of the user local-ada does.
/// </summary>
internal sealed class Stack : IAsyncDisposable
{
    private const string Web = "http://localhost:8080";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _data = new("devex-stack-");
    // Sessions' users must be able to pass through it, and its path must be short.
    private readonly string _run = $"{(Environment.IsPrivilegedProcess ? "/run" : "/tmp")}/devex-bench-{Environment.ProcessId}";
    private readonly string _ticketKey = Secret();
    private readonly string _webKey = Secret();
    private readonly string _gatewayKey = Secret();
    private readonly RunnerSigner _nobody = new();
    private readonly int _gatewayPort = FreePort.Next();
    private RedisServer _redis = null!;
    private S3Server _s3 = null!;
    private ProgramProcess? _core;
    private GatewayProgram? _gateway;
    private HttpClient _api = new();
    private string _secret = "";

    private Stack()
    {
    }

    public HttpClient Api => _api;

    /// <exception cref="InvalidOperationException">A program did not start, or not in time; the message has its output.</exception>
    public static async Task<Stack> StartAsync(string runner)
    {
        var stack = new Stack();
        try
        {
            await stack.LaunchAsync(runner);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    public async Task<Repl> CreateAsync(string template)
    {
        using var answer = await _api.PostAsJsonAsync("/api/repls", new CreateRepl(null, template), ApiJson.Default.CreateRepl);
        return await ReadAsync(answer);
    }

    /// <summary>Wants a REPL to run or to stop.</summary>
    public async Task WantAsync(ReplId id, bool run)
    {
        using var answer = await _api.PostAsync(new Uri($"/api/repls/{id}/{(run ? "start" : "stop")}", UriKind.Relative), null);
        await ReadAsync(answer);
    }

    /// <summary>How sessions are isolated here, in words.</summary>
    public async Task<string> IsolationAsync() =>
        (await _api.GetFromJsonAsync("/api/me", ApiJson.Default.Me))!.Runtime is { Isolated: false, Notice: var why } ? $"not isolated: {why}" : "sandboxed";

    public async Task<ReplEvents> EventsAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {_secret}");
        await socket.ConnectAsync(new Uri($"ws://{_api.BaseAddress!.Authority}/api/events"), CancellationToken.None).WaitAsync(Patience);
        return new ReplEvents(socket);
    }

    /// <summary>Enters a running REPL as the workbench does: ticket from Core, socket through the Gateway, first message.</summary>
    public async Task<(RunnerClient Client, RunnerSession Session)> EnterAsync(ReplId id)
    {
        using var answer = await _api.PostAsync(new Uri($"/api/repls/{id}/tickets", UriKind.Relative), null);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"No ticket: {await answer.Content.ReadAsStringAsync()}");
        var ticket = (await answer.Content.ReadFromJsonAsync(ApiJson.Default.SessionTicket))!;
        var client = new RunnerClient(_gateway!.Address, id, _nobody);
        var socket = await client.OpenSocketAsync("/session", $"ticket.{ticket.Ticket}");
        return (client, await RunnerSession.BeginAsync(client, socket));
    }

    /// <summary>One more Gateway, which differs from the stack's own in its port and in what it asks where sessions are. It is the caller's to end.</summary>
    public Task<GatewayProgram> StartGatewayAsync(string core) => StartGatewayAsync(FreePort.Next(), core);

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_core is not null)
        {
            // Interrupted, it saves and ends its sessions, which would outlive it otherwise.
            if (!_core.HasExited)
                _core.Signal(2);
            try
            {
                await _core.WaitForExitAsync(Patience);
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync($"Core did not end its sessions within {Patience.TotalSeconds} s; look for their processes in {_data.Path}.");
            }
            await _core.DisposeAsync();
        }
        if (_s3 is not null)
            await _s3.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
        _api.Dispose();
        _nobody.Dispose();
        if (Directory.Exists(_run))
            Directory.Delete(_run, recursive: true);
        _data.Dispose();
    }

    private static string Secret() => RandomNumberGenerator.GetHexString(44, lowercase: true);

    private async Task LaunchAsync(string runner)
    {
        _redis = await RedisServer.StartAsync(RedisKind.Garnet);
        _s3 = await S3Server.StartAsync(S3Kind.Embedded);
        var (port, sessionPort) = (FreePort.Next(), FreePort.Next());
        var address = $"http://127.0.0.1:{port}";
        _core = ProgramProcess.Start(BuiltProgram.Path("Devex.Core"), [], new Dictionary<string, string?>(Common(_gatewayPort))
        {
            ["ASPNETCORE_URLS"] = address,
            ["Core__SessionPort"] = $"{sessionPort}",
            ["Core__SessionUrl"] = $"http://127.0.0.1:{sessionPort}",
            ["S3__ServiceUrl"] = _s3.ServiceUrl,
            ["S3__SessionEndpoint"] = _s3.ServiceUrl,
            ["S3__Bucket"] = await _s3.CreateBucketAsync(),
            ["S3__Region"] = _s3.Region,
            ["S3__AccessKey"] = _s3.AccessKey,
            ["S3__SecretKey"] = _s3.SecretKey,
            ["Keys__Ticket"] = _ticketKey,
            ["Keys__Secrets"] = Secret(),
            ["Keys__Web"] = _webKey,
            ["Runtime__Kind"] = "Process",
            ["Runtime__Process__DataFolder"] = _data["sessions"],
            ["Runtime__Process__RuntimeFolder"] = _run,
            ["Runtime__Process__Runner"] = runner,
            ["Templates__Folder"] = Path.Combine(BuiltProgram.RepositoryRoot, "templates"),
            ["Limits__Repls"] = "1000",
            ["Limits__Running"] = "20",
        }, _data.Path);
        await _core.WaitForHttpAsync(new Uri(address + "/health"), Patience);
        _gateway = await StartGatewayAsync(_gatewayPort, address);
        await SignInAsync(address);
    }

    private Task<GatewayProgram> StartGatewayAsync(int port, string core) => GatewayProgram.StartAsync(port, core, Common(port), _data.Path, Patience);

    /// <param name="gatewayPort">Where REPLs and previews have their hosts.</param>
    private Dictionary<string, string?> Common(int gatewayPort) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["ConnectionStrings__redis"] = _redis.ConnectionString,
        ["Keys__Gateway"] = _gatewayKey,
        ["Hosts__Web"] = Web,
        ["Hosts__Repl"] = $"http://repl.localhost:{gatewayPort}",
        ["Hosts__Preview"] = $"http://preview.localhost:{gatewayPort}",
        ["Hosts__Internal__0"] = "core",
        ["Hosts__Internal__1"] = "127.0.0.1",
        ["Logging__LogLevel__Default"] = "Warning",
    };

    /// <summary>As Web does for a development identity; then a token for programs, since Web's assertions end after a minute.</summary>
    private async Task SignInAsync(string address)
    {
        var web = new ServiceTokens(_webKey, "devex web assertion", TimeProvider.System);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(address) };
        browser.DefaultRequestHeaders.Add("Devex-Peer", web.Sign(Audiences.Peer, new Dictionary<string, object> { ["peer"] = "127.0.0.1" }));
        browser.DefaultRequestHeaders.Add("Origin", Web);
        using var form = new FormUrlEncodedContent([new("identity", "ada"), new("returnUrl", "/")]);
        using var signedIn = await browser.PostAsync(new Uri("/auth/local", UriKind.Relative), form);
        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", web.Sign(
            Audiences.Web, new Dictionary<string, object> { ["sub"] = "local-ada", ["login"] = "ada", ["name"] = "Ada" }));
        using var made = await browser.PostAsJsonAsync(
            "/api/tokens", new CreateApiToken("bench", TokenScope.Write, 1), ApiJson.Default.CreateApiToken);
        if (!made.IsSuccessStatusCode)
            throw new InvalidOperationException($"Sign-in ended with {(int)signedIn.StatusCode}, the token with {(int)made.StatusCode}: {await made.Content.ReadAsStringAsync()}");
        _secret = (await made.Content.ReadFromJsonAsync(ApiJson.Default.NewApiToken))!.Secret;
        _api.Dispose();
        _api = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };
        _api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _secret);
    }

    private static async Task<Repl> ReadAsync(HttpResponseMessage answer) => answer.IsSuccessStatusCode
        ? (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Repl))!
        : throw new InvalidOperationException($"Core answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
}

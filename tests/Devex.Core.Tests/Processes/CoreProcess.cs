using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Core.Runtimes.Process;
using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using Xunit;

namespace Devex.Core.Tests.Processes;

/// <summary>Core as the program that people run, with the real runner, over the tests' Redis and S3; one user signed in.</summary>
internal sealed class CoreProcess : IAsyncDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly HttpClient _client;

    private CoreProcess(ProgramProcess program, int port, string data)
    {
        Program = program;
        Port = port;
        Data = data;
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            DefaultRequestHeaders = { Host = "localhost:8080" },
        };
    }

    public ProgramProcess Program { get; }

    public int Port { get; }

    /// <summary>Where sessions are.</summary>
    public string Data { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<CoreProcess> StartAsync(
        Stores stores, string bucket, TempFolder folder, IReadOnlyDictionary<string, string?>? more = null, string user = "ada", int? at = null)
    {
        var port = at ?? FreePort.Next();
        var settings = await CoreHost.SettingsAsync(stores, bucket);
        settings["urls"] = $"http://127.0.0.1:{port}";
        settings["Core:SessionPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        settings["Runtime:Process:DataFolder"] = folder["data"];
        settings["Runtime:Process:Runner"] = BuiltProgram.Path("Devex.Runner");
        settings["Templates:Folder"] = Path.Combine(BuiltProgram.RepositoryRoot, "templates");
        foreach (var (key, value) in more ?? new Dictionary<string, string?>())
            settings[key] = value;
        var program = ProgramProcess.Start(BuiltProgram.Path("Devex.Core"), settings.Select(setting => $"--{setting.Key}={setting.Value}"));
        var core = new CoreProcess(program, port, folder["data"]);
        try
        {
            await program.WaitForLineAsync("Application started", Patience, Cancelled);
            await core.SignInAsync(user);
            return core;
        }
        catch
        {
            await core.DisposeAsync();
            throw;
        }
    }

    /// <summary>As Web asks for a user.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, string user = "ada")
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Assertions.User($"local-{user}"));
        return await _client.SendAsync(request, Cancelled);
    }

    public async Task SignInAsync(string user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/auth/local")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["identity"] = user, ["returnUrl"] = "" }),
        };
        request.Headers.TryAddWithoutValidation("Devex-Peer", Assertions.Peer());
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        using var answer = await _client.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    public async Task<Repl> CreateAsync()
    {
        using var answer = await SendAsync(HttpMethod.Post, "/api/repls", JsonContent.Create(new CreateRepl(null, "bash")));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Repl, Cancelled))!;
    }

    public async Task<Repl> GetAsync(ReplId id)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/api/repls/{id}");
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Repl, Cancelled))!;
    }

    /// <summary>Where its <c>serve</c> is, as the Gateway is told.</summary>
    public async Task<SessionLocation> LocateAsync(ReplId id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/internal/gateway/sessions/{id}");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Assertions.Gateway());
        using var answer = await _client.SendAsync(request, Cancelled);
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.SessionLocation, Cancelled))!;
    }

    public async Task StartReplAsync(ReplId id)
    {
        using var started = await SendAsync(HttpMethod.Post, $"/api/repls/{id}/start");
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        await WaitForAsync(id, ReplState.Running);
    }

    public async Task<Repl> WaitForAsync(ReplId id, ReplState state)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Patience);
        while (true)
        {
            var repl = await GetAsync(id);
            if (repl.State == state)
                return repl;
            Assert.False(state is ReplState.Running && repl is { State: ReplState.Stopped, Problem: not null }, repl.Problem);
            await Task.Delay(20, limit.Token);
        }
    }

    public SessionFolders Folders(ReplId id) => new(Data, "/nowhere", id);

    /// <summary>The process that a session's bookkeeping names, when it is alive.</summary>
    public ProcessIdentity? Running(ReplId id, string name) => ProcessLauncher.Running(Folders(id), name);

    /// <summary>The whole stack ends: sessions are saved and ended first.</summary>
    public Task<int> InterruptAsync() => EndAsync(Interrupt);

    /// <summary>Core alone ends.</summary>
    public Task<int> TerminateAsync() => EndAsync(Terminate);

    public async ValueTask DisposeAsync()
    {
        if (!Program.HasExited)
        {
            Program.Signal(Interrupt);
            try
            {
                await Program.WaitForExitAsync(Patience, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                // Killed below.
            }
        }
        await Program.DisposeAsync();
        _client.Dispose();
    }

    private async Task<int> EndAsync(int signal)
    {
        Program.Signal(signal);
        return await Program.WaitForExitAsync(Patience, Cancelled);
    }
}

using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Devex.Contracts.Tokens;
using Devex.ServiceDefaults.Tokens;
using Devex.Testing.Runner;
using Devex.Testing.Services;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>A REPL on the cluster as its owner's browser has it: Core's API, and the runner through the Gateway.</summary>
internal sealed class ClusterRepl : IDisposable
{
    private static readonly ServiceTokens Web = new(ServiceStack.Secret, "devex web assertion", TimeProvider.System);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly ClusterStack _stack;
    private readonly HttpClient _core;

    private ClusterRepl(ClusterStack stack, ReplId id)
    {
        (_stack, Id) = (stack, id);
        _core = Client(stack);
        Runner = new RunnerClient($"http://127.0.0.1:{stack.Services.Names.Repl.Port}", id, new RunnerSigner());
    }

    public ReplId Id { get; }

    public RunnerClient Runner { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<ClusterRepl> CreateAsync(ClusterStack stack, string template = "bash")
    {
        using var core = Client(stack);
        using var signIn = new HttpRequestMessage(HttpMethod.Post, "/auth/local")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["identity"] = "ada", ["returnUrl"] = "" }),
        };
        signIn.Headers.Add("Devex-Peer", Web.Sign(Audiences.Peer, new Dictionary<string, object> { ["peer"] = "127.0.0.1" }));
        signIn.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var entered = await core.SendAsync(signIn, Cancelled);
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
        using var request = Request(HttpMethod.Post, "/api/repls", new CreateRepl(null, template));
        using var answer = await core.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return new ClusterRepl(stack, (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Repl, Cancelled))!.Id);
    }

    /// <summary>Made and running.</summary>
    public static async Task<ClusterRepl> StartNewAsync(ClusterStack stack, string template = "bash")
    {
        var repl = await CreateAsync(stack, template);
        await repl.StartAsync();
        await repl.WaitForAsync(ReplState.Running);
        return repl;
    }

    public Task StartAsync() => PostAsync("start");

    public Task StartFromSavedAsync() => PostAsync("start-from-saved");

    public Task StopAsync() => PostAsync("stop");

    public async Task DeleteAsync()
    {
        using var request = Request(HttpMethod.Delete, $"/api/repls/{Id}", null);
        using var answer = await _core.SendAsync(request, Cancelled);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<Repl> StopAndWaitAsync()
    {
        await StopAsync();
        return await WaitForAsync(ReplState.Stopped);
    }

    public async Task<Repl> GetAsync()
    {
        using var request = Request(HttpMethod.Get, $"/api/repls/{Id}", null);
        using var answer = await _core.SendAsync(request, Cancelled);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Repl, Cancelled))!;
    }

    public Task<Repl> WaitForAsync(ReplState state) => WaitForAsync(state.ToString(), repl => repl.State == state
        || (state is ReplState.Running && repl is { State: ReplState.Stopped, Problem: { } problem } ? throw new InvalidOperationException(problem) : false));

    public async Task<Repl> WaitForAsync(string what, Func<Repl, bool> isRight)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Limit);
        Repl? last = null;
        while (true)
        {
            try
            {
                last = await GetAsync();
                if (isRight(last))
                {
                    Tell(last);
                    return last;
                }
                await Task.Delay(50, limit.Token);
            }
            catch (HttpRequestException) when (!limit.IsCancellationRequested)
            {
                // Core is being started again.
                await Task.Delay(200, CancellationToken.None);
            }
            catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
            {
                throw new TimeoutException($"Never '{what}': {last}");
            }
        }
    }

    /// <summary>Writes a new file, and waits until a commit has it.</summary>
    public async Task WriteAndSaveAsync(RunnerSession session, string path, string content)
    {
        var before = (await GetAsync()).Saved?.Files ?? 0;
        await session.WriteFileAsync(path, content, expected: null);
        await WaitForAsync("saved", now => now.Saved is { Files: var files } && files > before);
    }

    /// <summary>A ticket from Core, then a socket to the REPL's host.</summary>
    public async Task<RunnerSession> OpenAsync()
    {
        using var request = Request(HttpMethod.Post, $"/api/repls/{Id}/tickets", null);
        using var answer = await _core.SendAsync(request, Cancelled);
        var ticket = (await answer.Content.ReadFromJsonAsync(ApiJson.Default.SessionTicket, Cancelled))!;
        return await RunnerSession.BeginAsync(
            Runner, await Runner.OpenSocketAsync("/session", SessionProtocol.TicketPrefix + ticket.Ticket, Origin, Cancelled), Cancelled);
    }

    /// <summary>The same, as a browser tries again until the way is there.</summary>
    public async Task<RunnerSession> OpenWhenReachedAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Limit);
        while (true)
        {
            try
            {
                return await OpenAsync();
            }
            catch (Exception e) when (e is System.Net.WebSockets.WebSocketException or HttpRequestException or IOException && !limit.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), limit.Token);
            }
        }
    }

    public string Origin => _stack.Services.Names.Web.GetLeftPart(UriPartial.Authority);

    /// <summary>Starts a command behind a terminal of its own: it may be the end of the session.</summary>
    public async Task TypeAsync(RunnerSession session, string command)
    {
        var info = await session.NewTerminalAsync(columns: 400);
        await using var terminal = new RunnerTerminal(await Runner.OpenSocketAsync(
            $"/terminals/{info.Terminal}?offset=0", SessionProtocol.TokenPrefix + session.Welcome.Token, Origin, Cancelled));
        await terminal.WriteAsync($"{{ {command}; }} & echo ty''ped\n", Cancelled);
        await terminal.ReadUntilAsync("typed", Cancelled);
    }

    /// <summary>Runs a command in a terminal of its own; what it printed.</summary>
    public async Task<string> ShellAsync(RunnerSession session, string command)
    {
        var info = await session.NewTerminalAsync(columns: 400);
        await using var terminal = new RunnerTerminal(await Runner.OpenSocketAsync(
            $"/terminals/{info.Terminal}?offset=0", SessionProtocol.TokenPrefix + session.Welcome.Token, Origin, Cancelled));
        // The quotes keep the marks out of the echo of what is typed.
        await terminal.WriteAsync($"echo be''gin; {command}; echo en''d\n", Cancelled);
        var text = await terminal.ReadUntilAsync("end", Cancelled);
        return text[(text.LastIndexOf("begin", StringComparison.Ordinal) + 5)..text.LastIndexOf("end", StringComparison.Ordinal)].Trim();
    }

    public const string Kinds = "deployment,replicaset,pod,service,ingress,secret";

    /// <summary>
    /// Nothing of it is left of what Core makes; and soon nothing of what the cluster makes of that, whose controllers hear of each deletion a moment later and may have replaced what they missed.
    /// </summary>
    public static async Task NothingIsLeftAsync(ReplId id, string @namespace)
    {
        Assert.Equal("", await Kubectl.RunAsync("-n", @namespace, "get", "deployment,service,ingress,secret", "-l", $"devex.dev/repl={id}", "-o", "name"));
        await Kubectl.UntilAsync(names => names.Length == 0, "-n", @namespace, "get", Kinds, "-l", $"devex.dev/repl={id}", "-o", "name");
    }

    public Task NothingIsLeftAsync() => NothingIsLeftAsync(Id, Kubectl.Sessions);

    /// <summary>A kubelet takes its time; then nothing is left of what was let go.</summary>
    public Task UntilItsPodsEndedAsync(string label = "devex.dev/ended") =>
        Kubectl.UntilAsync(names => names.Length == 0, "-n", Kubectl.Sessions, "get", "pod", "-l", $"{label}={Id}", "-o", "name");

    /// <summary>Waits for a restore point of a kind.</summary>
    public async Task UntilHistoryHasAsync(string kind)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Limit);
        while (true)
        {
            using var request = Request(HttpMethod.Get, $"/api/repls/{Id}/history", null);
            using var answer = await _core.SendAsync(request, limit.Token);
            answer.EnsureSuccessStatusCode();
            var history = await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(limit.Token);
            if (history.GetProperty("points").EnumerateArray().Any(point => point.GetProperty("kind").GetString() == kind))
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(250), limit.Token);
        }
    }

    public Task<string> PodAsync(string path) => Kubectl.OfReplAsync(Id.ToString(), "pod", path);

    public void Dispose()
    {
        Runner.Dispose();
        _core.Dispose();
    }

    /// <summary>Where the time went, for whoever reads a test's output.</summary>
    private void Tell(Repl repl) => TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{Id} {repl.State}: {string.Join(", ", repl.Progress?.Stages.Select(stage => $"{stage.Name} {((stage.EndedAt ?? DateTimeOffset.UtcNow) - stage.StartedAt).TotalSeconds:0.00}") ?? [])}"));

    private async Task PostAsync(string act)
    {
        using var request = Request(HttpMethod.Post, $"/api/repls/{Id}/{act}", null);
        using var answer = await _core.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private static HttpClient Client(ClusterStack stack) =>
        new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = stack.Services.CoreAddress };

    private static HttpRequestMessage Request(HttpMethod method, string path, object? body)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body, body.GetType(), options: ApiJson.Default.Options);
        var claims = new Dictionary<string, object> { ["sub"] = "local-ada", ["login"] = "ada", ["name"] = "Ada" };
        request.Headers.Authorization = new("Bearer", Web.Sign(Audiences.Web, claims));
        return request;
    }
}

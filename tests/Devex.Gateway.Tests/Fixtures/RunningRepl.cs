using System.Net;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Gateway.Tests.Fixtures;

/// <summary>A REPL that runs, entered through the Gateway, with a <see cref="Mirror"/> on port 3000.</summary>
internal sealed class RunningRepl : IAsyncDisposable
{
    private readonly GatewayClient _client;

    private RunningRepl(GatewayClient client, ReplId id, string user) => (_client, Id, User) = (client, id, user);

    public ReplId Id { get; }

    public string User { get; }

    public RunnerClient Runner { get; private set; } = null!;

    public RunnerSession Session { get; private set; } = null!;

    public RunnerTerminal Terminal { get; private set; } = null!;

    /// <summary>Origin of the mirror's preview.</summary>
    public string Preview => _client.PreviewOrigin(Id);

    public static async Task<RunningRepl> StartAsync(GatewayClient client, string user, bool mirror = true, ReplId? existing = null)
    {
        await client.SignInAsync(user["local-".Length..]);
        var id = existing ?? (await client.AskCoreAsync<Repl>(HttpMethod.Post, "/api/repls", user, new CreateRepl(null, "node"))).Id;
        await client.AskCoreAsync<Repl>(HttpMethod.Post, $"/api/repls/{id}/start", user);
        await client.WaitForAsync(id, user, ReplState.Running);
        var repl = new RunningRepl(client, id, user) { Runner = client.Runner(id) };
        repl.Session = await repl.OpenSessionAsync();
        repl.Terminal = await repl.OpenTerminalAsync((await repl.Session.NewTerminalAsync()).Terminal);
        if (mirror)
        {
            // One that was stopped has it in its snapshot.
            if (existing is null)
                await repl.Session.WriteFileAsync("mirror.mjs", Mirror.Program, expected: null);
            await repl.Terminal.WriteAsync($"node mirror.mjs {user} 3000\n");
            await repl.Terminal.ReadUntilAsync($"mirror of {user} listens");
        }
        return repl;
    }

    /// <summary>As a browser's page does it: a ticket from Core, then a socket to the REPL's host.</summary>
    public async Task<RunnerSession> OpenSessionAsync()
    {
        var ticket = await _client.AskCoreAsync<SessionTicket>(HttpMethod.Post, $"/api/repls/{Id}/tickets", User);
        Assert.Equal($"ws{_client.ReplOrigin(Id)["http".Length..]}/session", ticket.Url);
        return await RunnerSession.BeginAsync(
            Runner, await Runner.OpenSocketAsync("/session", SessionProtocol.TicketPrefix + ticket.Ticket, _client.WebOrigin));
    }

    public async Task<RunnerTerminal> OpenTerminalAsync(string terminal, long offset = 0) => new(await Runner.OpenSocketAsync(
        $"/terminals/{terminal}?offset={offset}", SessionProtocol.TokenPrefix + Session.Welcome.Token, _client.WebOrigin));

    public Task<PreviewCode> CodeAsync(int port = 3000, string? user = null) =>
        _client.AskCoreAsync<PreviewCode>(HttpMethod.Post, $"/api/repls/{Id}/previews/{port}/codes", user ?? User);

    /// <summary>Posts a code to the entrance of a preview, as the workbench's form does.</summary>
    public Task<HttpResponseMessage> EnterAsync(string code, string path = "/", string? origin = null) => _client.SendAsync(
        HttpMethod.Post, (origin ?? Preview) + "/.devex/enter",
        new FormUrlEncodedContent(new Dictionary<string, string> { ["code"] = code, ["path"] = path }),
        "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", $"Origin: {_client.WebOrigin}");

    /// <summary>Enters the mirror's preview; the answer is a <c>Cookie</c> header.</summary>
    public async Task<string> SignInAsync(int port = 3000, string? user = null)
    {
        using var entered = await EnterAsync((await CodeAsync(port, user)).Code, origin: _client.PreviewOrigin(Id, port));
        return CookieOf(entered);
    }

    /// <summary>Opens a port by link; answers the link's secret.</summary>
    public async Task<string> OpenAsync(int port = 3000)
    {
        var made = await _client.AskCoreAsync<PreviewLinkAddress>(HttpMethod.Put, $"/api/repls/{Id}/previews/{port}/link", User, new OpenPreview());
        Assert.StartsWith(_client.PreviewOrigin(Id, port) + "/.devex/link#", made.Url, StringComparison.Ordinal);
        return made.Url[(made.Url.IndexOf('#', StringComparison.Ordinal) + 1)..];
    }

    /// <summary>Posts a link's secret to the entrance of a preview, as the link's page does.</summary>
    public Task<HttpResponseMessage> FollowAsync(string secret, string? origin = null) => _client.SendAsync(
        HttpMethod.Post, (origin ?? Preview) + "/.devex/enter", new FormUrlEncodedContent(new Dictionary<string, string> { ["link"] = secret }),
        "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate", "Origin: null");

    /// <summary>Enters by a link; the answer is a <c>Cookie</c> header.</summary>
    public async Task<string> FollowInAsync(string secret)
    {
        using var entered = await FollowAsync(secret);
        Assert.Equal("/", entered.Headers.Location?.OriginalString);
        return CookieOf(entered);
    }

    private static string CookieOf(HttpResponseMessage entered)
    {
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
        return "Cookie: " + Assert.Single(entered.Headers.GetValues("Set-Cookie")).Split(';')[0];
    }

    public async ValueTask DisposeAsync()
    {
        await Terminal.DisposeAsync();
        await Session.DisposeAsync();
        Runner.Dispose();
    }
}

using System.Net;
using System.Net.Http.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Core.Tests.Processes;

/// <summary>What Core's members are is what the real <c>serve</c> lets them do, in sockets that are open already.</summary>
[Trait("Tier", "integration")]
public sealed class MemberTests(Stores stores)
{
    private const int Revoked = 4403;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_role_reaches_an_open_socket_and_that_of_a_removed_member_closes_at_once()
    {
        using var folder = new TempFolder("devex-members-");
        await using var core = await CoreProcess.StartAsync(stores, "members-live", folder);
        await core.SignInAsync("grace");
        var repl = await core.CreateAsync();
        await core.StartReplAsync(repl.Id);
        await SetAsync(core, repl, Role.Viewer);

        // Its key is none of Core's: the tickets are Core's own.
        using var signer = new RunnerSigner();
        using var serve = new RunnerClient((await core.LocateAsync(repl.Id)).Address, repl.Id, signer);
        await using var ada = await EnterAsync(core, serve, repl, "ada");
        await using var grace = await EnterAsync(core, serve, repl, "grace");
        Assert.Equal((Role.Owner, Role.Viewer), (ada.Welcome.Self.Role, grace.Welcome.Self.Role));

        await SetAsync(core, repl, Role.Editor);
        Assert.Equal(Role.Editor, (await grace.NextAsync("session.role", ProtocolJson.Default.RoleChanged, cancellation: Cancelled)).Role);

        using var removed = await core.SendAsync(HttpMethod.Delete, $"/api/repls/{repl.Id}/members/local-grace");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal(Revoked, (await grace.Closed.WaitAsync(Patience, Cancelled)).Code);
        // Neither what she had nor anything new lets her in again, and the owner notices nothing.
        var (again, _) = await serve.TryOpenSocketAsync("/session", SessionProtocol.TokenPrefix + grace.Welcome.Token, origin: null, cancellation: Cancelled);
        Assert.Null(again);
        using var ticket = await core.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/tickets", user: "grace");
        Assert.Equal(HttpStatusCode.NotFound, ticket.StatusCode);
        await ada.CallAsync("session.ping", new Nothing(), ProtocolJson.Default.Nothing, ProtocolJson.Default.Nothing, Cancelled);
    }

    private static async Task SetAsync(CoreProcess core, Repl repl, Role role)
    {
        using var answer = await core.SendAsync(HttpMethod.Put, $"/api/repls/{repl.Id}/members/local-grace", JsonContent.Create(new SetMember(role), ApiJson.Default.SetMember));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<RunnerSession> EnterAsync(CoreProcess core, RunnerClient serve, Repl repl, string user)
    {
        using var answer = await core.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/tickets", user: user);
        var ticket = (await answer.Content.ReadFromJsonAsync(ApiJson.Default.SessionTicket, Cancelled))!;
        return await RunnerSession.BeginAsync(
            serve, await serve.OpenSocketAsync("/session", SessionProtocol.TicketPrefix + ticket.Ticket, origin: null, cancellation: Cancelled), Cancelled);
    }
}

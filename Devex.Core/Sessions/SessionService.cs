using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Contracts.Tokens;
using Devex.Core.Keys;
using Devex.Core.Repls;
using Devex.Core.Runtimes;
using Devex.Core.Sessions.Store;
using Devex.Core.Snapshots;
using Devex.Core.Templates;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;

namespace Devex.Core.Sessions;

/// <inheritdoc cref="ISessions"/>
internal sealed class SessionService(
    ISessionStore store, Reconciler reconciler, ISessionSignals signals, IReplRuntime runtime, ISnapshots snapshots, ITemplates templates,
    TokenSigner signer, IOptions<HostsOptions> hosts, IOptions<SessionsOptions> options, TimeProvider time) : ISessions
{
    private static readonly TimeSpan TicketLife = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TunnelLife = TimeSpan.FromMinutes(5);

    public RuntimeInfo Runtime => runtime.Info;

    public string? Refuse(string template) =>
        templates.Find(template) is { } manifest ? runtime.Refuse(manifest) : $"The template '{template}' is not installed here any more.";

    public LanguageFetch FetchLanguage(string package) => runtime.FetchLanguage(package);

    public async Task WakeAsync(ReplRecord repl, CancellationToken cancellationToken)
    {
        var trace = SessionTraces.Current;
        reconciler.Wake(repl.Owner, repl.Id, trace);
        await signals.SendAsync(repl.Owner, repl.Id, trace, cancellationToken);
    }

    public async Task<SessionView> GetAsync(UserId owner, ReplId id, CancellationToken cancellationToken) =>
        (await GetAsync([(owner, id)], cancellationToken))[0];

    public async Task<IReadOnlyList<SessionView>> GetAsync(IReadOnlyList<(UserId Owner, ReplId Id)> repls, CancellationToken cancellationToken)
    {
        var records = await store.FindAsync([.. repls.Select(repl => repl.Id)], cancellationToken);
        return await Task.WhenAll(repls.Zip(records, (repl, record) => ViewAsync(repl.Owner, repl.Id, record, cancellationToken)));
    }

    public async Task<string?> LeaveBehindAsync(ReplRecord repl, CancellationToken cancellationToken)
    {
        var patience = options.Value.UnreachableAfter;
        var record = await store.UpdateAsync(
            repl.Id, current => current is { SilentSince: { } since, LeaveBehind: false } && time.GetUtcNow() - since >= patience ? current with { LeaveBehind = true } : null, cancellationToken);
        if (record is not { LeaveBehind: true })
            return record is { SilentSince: { } silent } ? $"Its node may still come back: from {silent + patience:u} on it can be left behind." : "Its session is not out of reach.";
        await WakeAsync(repl, cancellationToken);
        return null;
    }

    public async Task<SessionTicket?> IssueTicketAsync(ReplRecord repl, UserSummary user, Role role, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(repl.Id, cancellationToken) is not { Phase: SessionPhase.Running, Instance: { } instance })
            return null;
        var expiresAt = time.GetUtcNow() + TicketLife;
        var ticket = signer.Sign(Audiences.Ticket, TicketLife, new Dictionary<string, object>
        {
            ["jti"] = Guid.NewGuid().ToString("n"),
            ["repl"] = repl.Id.ToString(),
            ["inst"] = instance,
            ["sub"] = user.Id.ToString(),
            ["name"] = user.Name,
            ["role"] = JsonNamingPolicy.CamelCase.ConvertName(role.ToString()),
        });
        var origin = hosts.Value.ReplOrigin(repl.Id.ToString());
        // http becomes ws, https becomes wss.
        return new SessionTicket($"ws{origin["http".Length..]}/session", ticket, expiresAt);
    }

    public async Task<SessionLocation?> LocateAsync(ReplId id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { Address: { } address, Instance: { } instance } record || !record.Phase.HasAddress())
            return null;
        var expiresAt = time.GetUtcNow() + TunnelLife;
        var token = signer.Sign(Audiences.Tunnel, TunnelLife, new Dictionary<string, object> { ["repl"] = id.ToString(), ["inst"] = instance });
        return new SessionLocation(id, record.Owner, instance, address, token, expiresAt);
    }

    private async Task<SessionView> ViewAsync(UserId owner, ReplId id, SessionRecord? record, CancellationToken cancellationToken)
    {
        var view = record is null ? new SessionView(ReplState.Stopped, null, null, null, Recorded: false) : record.ToView() with
        {
            EndsAt = IdleClock.EndsAt(record, options.Value),
            Idle = IdleClock.View(record, options.Value),
        };
        if (view.Saved is not null || await snapshots.HeadAsync(owner, id, cancellationToken) is not { } head)
            return view;
        // Looked up once; from here on commits tell.
        await store.UpdateAsync(id, current => SavedStates.Newer(current, owner, id, head.Saved), cancellationToken);
        return view with { Saved = head.Saved };
    }
}

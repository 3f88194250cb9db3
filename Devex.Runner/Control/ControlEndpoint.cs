using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Measuring;
using Devex.Runner.Programs;
using Devex.Runner.Sessions;

namespace Devex.Runner.Control;

/// <summary><c>PUT /control</c> and <c>GET /status</c>: what Core says and asks. One control request at a time.</summary>
internal sealed class ControlEndpoint(
    SessionState session, SessionHub hub, TokenVerifier verifier, ConnectionTokens tokens, ProgramTable programs, Measurements measurements,
    IEnumerable<ISessionFeature> features) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public void Register(RouteTable routes)
    {
        routes.Map(Route.Status, (visit, cancellation) => AnswerAsync(visit, measurements.Collect(), cancellation));
        routes.Map(Route.Control, TakeAsync);
    }

    /// <summary>Refuses writes and brings what was acknowledged to the files.</summary>
    public async Task FreezeAsync(string reason, CancellationToken cancellation)
    {
        session.Freeze(reason);
        hub.Broadcast("session.frozen", new FrozenState(reason), ProtocolJson.Default.FrozenState);
        foreach (var feature in features)
            await feature.FreezeAsync(cancellation);
    }

    public void Dispose() => _turn.Dispose();

    private async Task TakeAsync(Visit visit, CancellationToken cancellation)
    {
        var control = Parse(ControlBody.Of(visit.Context));
        await _turn.WaitAsync(cancellation);
        try
        {
            await ApplyAsync(control);
        }
        finally
        {
            _turn.Release();
        }
        await AnswerAsync(visit, null, cancellation);
    }

    /// <summary>Not stopped half-way when Core hangs up: what it signed is done as a whole.</summary>
    private async Task ApplyAsync(ControlRequest control)
    {
        TakeKeys(control.Keys);
        foreach (var user in control.Revoke ?? [])
            tokens.Revoke(user);
        var changed = false;
        foreach (var (user, role) in control.Roles ?? new Dictionary<string, Role>())
            changed |= tokens.Change(UserId.Parse(user), role);
        session.Apply(control);
        if (changed)
            hub.BroadcastParticipants();
        if (control.Frozen == true)
        {
            await FreezeAsync(control.FreezeReason ?? "The session is being saved.", CancellationToken.None);
        }
        else if (control.Frozen == false && session.Frozen is not null)
        {
            session.Freeze(null);
            hub.Broadcast("session.frozen", new FrozenState(null), ProtocolJson.Default.FrozenState);
        }
        if (control.EndPrograms)
            await programs.EndAsync();
    }

    private void TakeKeys(IReadOnlyList<string>? keys)
    {
        try
        {
            if (keys is not null)
                verifier.SetFurtherKeys(keys);
        }
        catch (FormatException e)
        {
            throw Invalid(e);
        }
    }

    private ControlRequest Parse(byte[] body)
    {
        try
        {
            var control = JsonSerializer.Deserialize(body, ControlJson.Default.ControlRequest) ?? throw new JsonException("null");
            ControlRules.Check(control, first: !session.Controlled);
            return control;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw Invalid(e);
        }
    }

    private static SessionException Invalid(Exception e) => new(400, "control.invalid", $"This is no control request: {e.Message}");

    private async Task AnswerAsync(Visit visit, SessionMeasurements? measured, CancellationToken cancellation)
    {
        var draft = new StatusDraft();
        foreach (var feature in features)
            feature.Describe(draft);
        var clients = hub.Clients;
        if (clients.Any(client => client.Role >= Role.Editor))
            draft.Busy.Add("editor");
        if (programs.IsBusy())
            draft.Busy.Add("process");
        var status = new SessionStatus(
            session.Instance, session.ReplId, SessionProtocol.Version, session.Controlled, session.Frozen is not null, draft.FlushedAt,
            draft.Unflushed, clients.Length, [.. draft.Busy], session.LastActivityAt, draft.Ports, measured);
        var json = JsonSerializer.SerializeToUtf8Bytes(status, ControlJson.Default.SessionStatus);
        visit.Context.Response.ContentType = "application/json";
        visit.Context.Response.ContentLength = json.Length;
        await visit.Context.Response.Body.WriteAsync(json, cancellation);
    }
}

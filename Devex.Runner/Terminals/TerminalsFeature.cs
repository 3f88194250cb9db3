using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Control;
using Devex.Runner.Documents;
using Devex.Runner.Measuring;
using Devex.Runner.Sessions;

namespace Devex.Runner.Terminals;

/// <summary>The methods <c>terminals.*</c> and the route <c>/terminals/{id}</c>.</summary>
internal sealed class TerminalsFeature(TerminalStore terminals, DocumentStore documents, Measurements measurements, SessionState session) : ISessionFeature, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public void Register(MethodTable methods, RouteTable routes)
    {
        var json = ProtocolJson.Default;
        measurements.Observe("devex.terminal.bytes", () => terminals.Bytes);
        methods.Add("terminals.open", json.OpenTerminal, json.TerminalInfo, (_, open, _) =>
        {
            session.Touch();
            return Task.FromResult(terminals.OpenShell(open).Info);
        });
        methods.Add("terminals.list", json.Nothing, json.TerminalList, (_, _, _) => Task.FromResult(new TerminalList([.. terminals.All.Select(terminal => terminal.Info)])));
        methods.Add("terminals.resize", json.ResizeTerminal, json.Nothing, (_, resize, _) => Done(() => Resize(resize)), resize => Key(resize.Terminal));
        methods.Add("terminals.rename", json.RenameTerminal, json.TerminalInfo, (_, rename, _) => Task.FromResult(terminals.Rename(rename.Terminal, rename.Title)), rename => Key(rename.Terminal));
        methods.Add("terminals.close", json.TerminalParams, json.Nothing, async (_, named, _) =>
        {
            var terminal = terminals.Get(named.Terminal);
            await terminal.CloseAsync();
            terminals.Remove(terminal);
            return new Nothing();
        }, named => Key(named.Terminal));
        routes.Map(Route.Terminals, ServeAsync);
    }

    public void Describe(StatusDraft status)
    {
        if (terminals.All.Any(terminal => terminal.HasForegroundProgram)) status.Busy.Add("terminal");
    }

    /// <summary>Sockets close, so that browsers reconnect to whoever comes next; programs are Core's to end.</summary>
    public Task StopAsync(CancellationToken cancellation) => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();

    private async Task ServeAsync(Visit visit, CancellationToken cancellation)
    {
        var terminal = terminals.GetReadable(visit.Rest);
        var query = visit.Context.Request.Query;
        var from = Query.Number(query, "offset", "terminals.offset");
        var typing = Query.Name(query, "page", "terminals.page") is { } page
            ? new TypingPage(page, Query.Number(query, "sent", "terminals.sent"), Query.Number(query, "turn", "terminals.turn"))
            : null;
        using var socket = await visit.Context.WebSockets.AcceptWebSocketAsync(SessionProtocol.Subprotocol);
        await new TerminalConnection(socket, terminal, visit.Caller, documents, session, from, typing, _stopping.Token).RunAsync(cancellation);
    }

    private void Resize(ResizeTerminal resize)
    {
        TerminalStore.CheckSize(resize.Columns, resize.Rows);
        terminals.Get(resize.Terminal).Resize(resize.Columns, resize.Rows);
    }

    private static string Key(string terminal) => "terminals:" + terminal;

    private static Task<Nothing> Done(Action action)
    {
        action();
        return Task.FromResult(new Nothing());
    }
}

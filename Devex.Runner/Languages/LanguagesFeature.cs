using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Serving;
using Devex.Runner.Sessions;

namespace Devex.Runner.Languages;

/// <summary>The methods <c>languages.*</c> and the route <c>/lsp/{id}</c>.</summary>
internal sealed class LanguagesFeature(LanguageServers servers, TimeProvider time) : ISessionFeature, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public void Register(MethodTable methods, RouteTable routes)
    {
        var json = ProtocolJson.Default;
        methods.Add("languages.list", json.Nothing, json.LanguageList, (_, _, _) => Task.FromResult(new LanguageList(servers.Root, servers.List())));
        methods.Add("languages.restart", json.LanguageParams, json.Nothing, (_, named, _) =>
        {
            servers.Get(named.Id).Restart();
            return Task.FromResult(new Nothing());
        }, named => "languages:" + named.Id);
        routes.Map(Route.Lsp, ServeAsync);
    }

    /// <summary>Sockets close, so that browsers reconnect to whoever comes next.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await _stopping.CancelAsync();
        servers.Stop();
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>Who asks a server may have to wait until it was started.</summary>
    private Task ServeAsync(Visit visit, CancellationToken cancellation) => SocketThreads.OnPoolAsync(() => RunAsync(visit, cancellation));

    private async Task RunAsync(Visit visit, CancellationToken cancellation)
    {
        var server = servers.Get(visit.Rest);
        using var socket = await visit.Context.WebSockets.AcceptWebSocketAsync(SessionProtocol.Subprotocol);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await new LanguageConnection(socket, server, visit.Caller, time, over).RunAsync(_stopping.Token);
    }
}

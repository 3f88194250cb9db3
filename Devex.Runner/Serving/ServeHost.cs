using Devex.Runner.Access;
using Devex.Runner.Control;
using Devex.Runner.Measuring;
using Devex.Runner.Sessions;

namespace Devex.Runner.Serving;

/// <summary>Puts the parts together at start, and takes them apart in order at the end: freeze, flush, then close the sockets.</summary>
internal sealed class ServeHost(
    Gate gate, RouteTable routes, MethodTable methods, ControlEndpoint control, SessionEndpoint sessions, SessionState session, SessionHub hub,
    IEnumerable<ISessionFeature> features, Measurements measurements, IdleMemory memory, ILogger<ServeHost> logger) : IHostedLifecycleService
{
    /// <summary>Handles every request. Files and control wait for disks, which no thread of sockets may.</summary>
    public Task HandleAsync(HttpContext context) => context.WebSockets.IsWebSocketRequest
        ? PassAsync(context)
        : SocketThreads.OnPoolAsync(() => PassAsync(context));

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        routes.Map(Route.Alive, (_, _) => Task.CompletedTask);
        control.Register(routes);
        sessions.Register(routes);
        foreach (var feature in features)
            feature.Register(methods, routes);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var ended = session.Frozen is not null;
        try
        {
            await control.FreezeAsync(session.Frozen ?? "The session's machine is going away.", cancellationToken);
            foreach (var feature in features)
                await feature.StopAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            ServeLog.StopFailed(logger, e);
        }
        foreach (var client in hub.Clients)
            client.Close(ended ? CloseCode.SessionEnded : CloseCode.GoingAway, ended ? "the session ended" : "reconnect");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        measurements.Done("serve start", self.StartTime.ToUniversalTime());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task PassAsync(HttpContext context)
    {
        memory.Begin();
        try
        {
            await gate.HandleAsync(context);
        }
        finally
        {
            memory.End();
        }
    }
}

using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Control;
using Devex.Runner.Sessions;

namespace Devex.Runner.Ports;

/// <summary><c>ports.list</c>, <c>ports.changed</c> and the tunnel. Looks every second, while anybody is connected.</summary>
internal sealed class PortsFeature(PortTunnel tunnel, SessionHub hub, TimeProvider time, ILogger<PortsFeature> logger) : ISessionFeature
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private IReadOnlyList<int> _known = [];
    private bool _looking;

    public void Register(MethodTable methods, RouteTable routes)
    {
        methods.Add("ports.list", ProtocolJson.Default.Nothing, ProtocolJson.Default.PortList, (_, _, _) =>
        {
            Look();
            return Task.FromResult(new PortList(_known));
        });
        routes.Map(Route.Ports, tunnel.ServeAsync);
    }

    public void Joined(SessionClient client)
    {
        lock (_gate)
        {
            if (_looking)
                return;
            _looking = true;
        }
        _ = LookWhileConnectedAsync();
    }

    public void Describe(StatusDraft status) => status.Ports = _known;

    private async Task LookWhileConnectedAsync()
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync())
        {
            lock (_gate)
            {
                if (hub.Clients.IsEmpty)
                {
                    _looking = false;
                    return;
                }
            }
            try
            {
                Look();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                PortsLog.Failed(logger, e);
            }
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            var found = ListeningPorts.Find();
            if (found.SequenceEqual(_known))
                return;
            _known = found;
            hub.Broadcast("ports.changed", new PortList(found), ProtocolJson.Default.PortList);
        }
    }
}

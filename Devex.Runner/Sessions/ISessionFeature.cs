using Devex.Runner.Access;
using Devex.Runner.Control;

namespace Devex.Runner.Sessions;

/// <summary>
/// One part of <c>serve</c>: files, documents, terminals, ports. Registered as a singleton; everything but
/// <see cref="Register"/> is optional.
/// </summary>
internal interface ISessionFeature
{
    /// <summary>Adds the part's methods and HTTP routes, once, before the first connection.</summary>
    void Register(MethodTable methods, RouteTable routes);

    /// <summary>Somebody connected; they have been sent their welcome.</summary>
    void Joined(SessionClient client)
    {
    }

    /// <summary>Somebody's <c>/session</c> socket is gone, and what they had asked for is done or given up.</summary>
    void Left(SessionClient client)
    {
    }

    /// <summary>Writes are refused from now on (<see cref="SessionState.Frozen"/>): bring what was acknowledged to the files.</summary>
    Task FreezeAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Adds what the part knows to the answer of <c>GET /status</c>.</summary>
    void Describe(StatusDraft status)
    {
    }

    /// <summary>The program ends: after freezing, before the sockets close.</summary>
    Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;
}

using System.Collections.Frozen;

namespace Devex.Runner.Access;

/// <summary>An admitted request.</summary>
/// <param name="Context">ASP.NET Core's view of it.</param>
/// <param name="Rest">What follows the route's first segment and slash, still percent-encoded; empty when nothing does.</param>
/// <param name="Grant">Who calls; null on routes that need no person.</param>
internal sealed record Visit(HttpContext Context, string Rest, Grant? Grant)
{
    /// <summary>Who calls, on routes that need a person.</summary>
    public Grant Caller => Grant ?? throw new InvalidOperationException("This route has no caller.");
}

/// <summary>Handlers of the routes in <see cref="Route.All"/>.</summary>
internal sealed class RouteTable
{
    private static readonly FrozenDictionary<string, Route> Known = Route.All.ToFrozenDictionary(route => route.Name, StringComparer.Ordinal);

    private readonly Dictionary<Route, Func<Visit, CancellationToken, Task>> _handlers = [];

    /// <summary>
    /// Adds the handler of one route. By the time it runs the caller was admitted; a <see cref="Sessions.SessionException"/> that it throws
    /// before it answers becomes ProblemDetails. The token fires when the connection is lost or the program ends.
    /// </summary>
    public void Map(Route route, Func<Visit, CancellationToken, Task> handle) => _handlers.Add(route, handle);

    /// <summary>Finds a route by the first segment of a path.</summary>
    public static Route? Find(string name) => Known.GetValueOrDefault(name);

    /// <summary>Runs the route's handler.</summary>
    public Task HandleAsync(Route route, Visit visit, CancellationToken cancellation) => _handlers[route](visit, cancellation);

    /// <summary>Routes that no part handles; there are none once every part has registered.</summary>
    public IEnumerable<Route> Unhandled => Route.All.Where(route => !_handlers.ContainsKey(route));
}

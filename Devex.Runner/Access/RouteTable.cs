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
    private readonly Dictionary<string, (Route Route, Func<Visit, CancellationToken, Task> Handle)> _handlers = new(StringComparer.Ordinal);

    /// <summary>
    /// Adds the handler of one route. By the time it runs the caller was admitted; a <see cref="Sessions.SessionException"/> that it throws
    /// before it answers becomes ProblemDetails. The token fires when the connection is lost or the program ends.
    /// </summary>
    public void Map(Route route, Func<Visit, CancellationToken, Task> handle) => _handlers.Add(route.Name, (route, handle));

    /// <summary>Finds a route by the first segment of a path.</summary>
    public bool TryFind(string name, out Route route, out Func<Visit, CancellationToken, Task> handle)
    {
        var found = _handlers.TryGetValue(name, out var entry);
        (route, handle) = entry;
        return found;
    }
}

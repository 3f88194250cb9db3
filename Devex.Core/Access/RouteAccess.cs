using Devex.Contracts;

namespace Devex.Core.Access;

/// <summary>Who may call a route.</summary>
internal enum RouteAudience
{
    /// <summary>Everybody, for the reason that the table gives.</summary>
    Anonymous,

    /// <summary>Whoever is signed in by cookie, API token or Web's assertion.</summary>
    User,

    /// <summary>A user whom <c>Auth:Operators</c> names.</summary>
    Operator,

    /// <summary>The Gateway.</summary>
    Gateway,

    /// <summary>Writers of sessions, on the session listener; the route checks their tokens itself.</summary>
    Session,
}

/// <summary>A line of <see cref="RouteTable"/>.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Pattern">As routing knows it, without a slash at the end.</param>
/// <param name="Audience">Who may call it.</param>
/// <param name="Least">The least role in the REPL that the route names; null when it names none.</param>
/// <param name="Reason">Why an anonymous route is one.</param>
internal sealed record RouteAccess(string Method, string Pattern, RouteAudience Audience, Role? Least = null, string? Reason = null);

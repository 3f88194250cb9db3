using Devex.Contracts;
using Devex.Contracts.Api;

namespace Devex.Core.Access;

/// <summary>Who calls, and the least role that the route asks for.</summary>
/// <param name="User">The caller.</param>
/// <param name="Operator">May list, stop, force and suspend.</param>
/// <param name="Scheme">How the caller was recognised; one of <see cref="Identity.Schemes"/>.</param>
/// <param name="Least">From <see cref="RouteTable"/>; null where the route names no REPL.</param>
internal sealed record Caller(UserSummary User, bool Operator, string Scheme, Role? Least);

internal static class CallerExtensions
{
    /// <summary>The caller of a route whose audience is <see cref="RouteAudience.User"/>.</summary>
    public static Caller Caller(this HttpContext context) => context.Features.Get<Caller>() ?? throw new InvalidOperationException("The route table lets anonymous requests reach this route.");
}

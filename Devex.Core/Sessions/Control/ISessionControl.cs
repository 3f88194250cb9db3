using Devex.Contracts;
using Devex.Contracts.Control;

namespace Devex.Core.Sessions.Control;

/// <summary>Core's requests to <c>serve</c>, signed.</summary>
internal interface ISessionControl
{
    /// <summary><c>GET /status</c>; null for <paramref name="instance"/> asks whoever answers.</summary>
    Task<SessionStatus> StatusAsync(string address, ReplId id, string? instance, CancellationToken cancellationToken);

    /// <summary><c>PUT /control</c>.</summary>
    Task<SessionStatus> ControlAsync(string address, ReplId id, string instance, ControlRequest request, CancellationToken cancellationToken);
}

/// <summary>A session did not answer, or refused.</summary>
internal sealed class SessionControlException(string message, Exception? inner = null) : Exception(message, inner);

using Devex.Contracts.Protocol;

namespace Devex.Runner.Sessions;

/// <summary>
/// An answer that is an error, in sessions as a JSON-RPC error and over HTTP as ProblemDetails with the status that
/// <see cref="Code"/> is named after.
/// </summary>
/// <param name="code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="reason">A stable key, such as <c>files.exists</c>.</param>
/// <param name="message">A sentence for people: what is wrong, and what to do.</param>
/// <param name="path">The path concerned.</param>
/// <param name="limit">The limit concerned.</param>
internal sealed class SessionException(int code, string reason, string message, string? path = null, long? limit = null) : Exception(message)
{
    public int Code { get; } = code;

    public string Reason { get; } = reason;

    public string? Path { get; } = path;

    public long? Limit { get; } = limit;

    /// <summary>As it is sent.</summary>
    public JsonRpcError ToError() => new(Code, Message, new JsonRpcErrorData(Reason, Path, Limit));
}

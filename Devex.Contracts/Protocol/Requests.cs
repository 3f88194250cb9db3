namespace Devex.Contracts.Protocol;

/// <summary>
/// A request to a preview, as its log tells it. What was in its query, headers and body is not told: these hold people's secrets, and everyone who may see
/// the preview may read the log.
/// </summary>
/// <param name="Id">Unique in the log; a request that is told of twice, as it begins and as it ends, has the same.</param>
/// <param name="Port">The port.</param>
/// <param name="At">UTC when it came.</param>
/// <param name="Method">As sent, at most 20 characters.</param>
/// <param name="Path">As sent, percent-encoded, at most 500 characters.</param>
/// <param name="HasQuery">Whether a query followed.</param>
/// <param name="Status">What the visitor was answered; null when they left before an answer, or while there is none.</param>
/// <param name="Milliseconds">From the request to the end of the answer; null while it goes on.</param>
/// <param name="Bytes">Of the answer's body as it was sent; of a WebSocket both ways.</param>
/// <param name="WebSocket">Whether it was a WebSocket.</param>
/// <param name="ByLink">Whether the visitor came by the port's link, and not as a member.</param>
/// <param name="Number">Counts the log's requests up; 0 before <c>serve</c> has numbered it.</param>
public sealed record PreviewRequest(
    string Id, int Port, DateTimeOffset At, string Method, string Path, bool HasQuery, int? Status, double? Milliseconds, long Bytes, bool WebSocket, bool ByLink,
    long Number = 0);

/// <summary>
/// Requests to previews, oldest first: what the Gateway reports to <c>POST /requests</c>, the answer of <c>requests.watch</c> (at most the last 200), and the
/// notification <c>requests.seen</c>.
/// </summary>
public sealed record PreviewRequestList(IReadOnlyList<PreviewRequest> Requests);

using System.Net.Sockets;

namespace Devex.Contracts.Connections;

/// <summary>
/// How long a server that takes requests may be silent. What has vanished, <see cref="TcpDialer"/> notices; one that hangs acknowledges what it is sent, and .NET's client waits for
/// it for a minute and a half, and for the rest of an answer that has begun, without end.
/// </summary>
/// <param name="Answer">Until an answer begins, for a request without a body.</param>
/// <param name="Body">Until more of an answer comes. How long its reader takes between two reads does not count.</param>
public sealed record Patience(TimeSpan Answer, TimeSpan Body)
{
    /// <summary>Bytes a second. A body is sent within the time of its answer, so one of a pack's 16 MiB gets two minutes more: enough for a slow line to a far server.</summary>
    public const int SlowestUpload = 128 * 1024;

    /// <summary>S3 answers what it is asked within a second, lists of a thousand keys included; after this time it is lost, not slow.</summary>
    public static readonly Patience WithS3 = new(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(12));

    /// <summary>The answer to a request that is sent by <paramref name="send"/>, which returns once the answer begins.</summary>
    /// <exception cref="HttpRequestException">There was no connection, or no answer; from the answer's body, as an <see cref="HttpIOException"/>: nothing more of it came.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        var limit = Answer + TimeSpan.FromSeconds((double)(request.Content?.Headers.ContentLength ?? 0) / SlowestUpload);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(limit);
        try
        {
            var answer = await send(request, ending.Token);
            answer.Content = new PatientBody(answer.Content, Body);
            return answer;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Without its cause: S3's SDK takes the socket that was closed for one that had gone stale, and asks more often than it counts.
            throw new HttpRequestException($"No answer came within {limit.TotalSeconds:0.#} s.");
        }
        catch (SocketException e)
        {
            // What .NET's client lets through of a connection that is lost the moment it is made.
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection was lost.", e);
        }
    }
}

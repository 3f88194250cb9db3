using System.Net.Sockets;

namespace Devex.Contracts.Connections;

/// <summary>
/// How long a server that takes requests may be silent. What has vanished, <see cref="TcpDialer"/> notices; one that hangs acknowledges what it is sent, and .NET's client waits for
/// it for a minute and a half, and for the rest of an answer that has begun, without end.
/// </summary>
/// <param name="Answer">Until an answer begins, and while a request is sent, until more of it is taken; more where much of it may be on its way, <see cref="SlowestUpload"/>.</param>
/// <param name="Body">Until more of an answer comes. How long its reader takes between two reads does not count.</param>
public sealed record Patience(TimeSpan Answer, TimeSpan Body)
{
    /// <summary>Bytes a second at which what the kernel has taken reaches the server at least: what a slow line to a far one leaves to each of two uploads.</summary>
    public const int SlowestUpload = 64 * 1024;

    /// <summary>Bytes that the kernel takes before the server has them, as Linux is set up.</summary>
    public const int OnTheWay = 4 * 1024 * 1024;

    /// <summary>S3 answers what it is asked within a second, lists of a thousand keys included; after this time it is lost, not slow.</summary>
    public static readonly Patience WithS3 = new(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(12));

    /// <summary>The answer to a request that is sent by <paramref name="send"/>, which returns once the answer begins.</summary>
    /// <exception cref="HttpRequestException">There was no connection, or no answer; from the answer's body, as an <see cref="HttpIOException"/>: nothing more of it came.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, TimeProvider time, CancellationToken cancellationToken)
    {
        var limit = Answer + TimeSpan.FromSeconds((double)Math.Min(request.Content?.Headers.ContentLength ?? 0, OnTheWay) / SlowestUpload);
        using var ending = new CancellationTokenSource(limit, time);
        await using var left = cancellationToken.UnsafeRegister(static ending => ((CancellationTokenSource)ending!).Cancel(), ending);
        if (request.Content is { } content)
            request.Content = new PatientUpload(content, Taken);
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

        void Taken()
        {
            try
            {
                ending.CancelAfter(limit);
            }
            catch (ObjectDisposedException)
            {
                // The answer came before all of the body was wanted.
            }
        }
    }
}

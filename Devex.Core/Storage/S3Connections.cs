using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace Devex.Core.Storage;

/// <summary>
/// Connections to S3 on which a request is given up when nothing comes back. The SDK's S3 client itself waits for weeks; given up so, it asks again on
/// another connection, two times more, and then Core's caller learns that S3 is away. So does who reads a body that stops coming. Whoever asks while nobody is answered learns it
/// at once: a person is told why, rather than left waiting.
/// </summary>
/// <param name="patience">How long a request without a body may go unanswered, and an answer's body without its next byte.</param>
/// <param name="between">How long it is between two requests that find out whether S3 answers again.</param>
internal sealed class S3Connections(TimeSpan patience, TimeSpan between) : HttpClientFactory
{
    /// <summary>S3 answers what Core asks within a second, lists of a thousand keys included; after this time the connection is lost, not slow.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    /// <summary>Between two requests that find out whether S3 answers again.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    /// <summary>How long the one that finds out waits: there is somebody behind it, and whoever asks Core gives up after ten seconds.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(3);

    /// <summary>Bytes a second. A body is sent within the same time, so one of a pack's 16 MiB gets two minutes more: enough for a slow line to a far S3.</summary>
    internal const int SlowestUpload = 128 * 1024;

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Limit(patience, between)
    {
        // As the SDK sets its own up: S3's redirects and its objects' encodings are for the SDK and its callers to see.
        InnerHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            EnableMultipleHttp2Connections = true,
        },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private sealed class Limit(TimeSpan patience, TimeSpan between) : DelegatingHandler
    {
        private readonly Silence _silence = new(between, TimeProvider.System);

        /// <exception cref="HttpRequestException">There was no connection, or nothing came back, which is the same to Core.</exception>
        /// <exception cref="AmazonClientException">Nobody was answered for a while; the SDK does not ask again.</exception>
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!_silence.MayAsk(out var first))
                throw Nobody();
            try
            {
                // An answer that says no is one, too.
                var answer = await AskAsync(request, first && patience > FirstPatience ? FirstPatience : patience, cancellationToken);
                _silence.Answered();
                return answer;
            }
            catch (HttpRequestException) when (first)
            {
                // The SDK would ask again, and by then it may be time for the next one to find out.
                _silence.Unanswered();
                throw Nobody();
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Whoever stopped waiting was not answered either.
                _silence.Unanswered();
                throw;
            }
        }

        private static AmazonClientException Nobody() => new("S3 has answered nobody for a while.");

        private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, TimeSpan wait, CancellationToken cancellationToken)
        {
            var limit = wait + TimeSpan.FromSeconds((double)(request.Content?.Headers.ContentLength ?? 0) / SlowestUpload);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            ending.CancelAfter(limit);
            try
            {
                var answer = await base.SendAsync(request, ending.Token);
                answer.Content = new PatientBody(answer.Content, patience);
                return answer;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Without its cause: the SDK takes the socket that was closed for one that had gone stale, and asks more often than it counts.
                throw new HttpRequestException($"S3 did not answer within {limit.TotalSeconds:0.#} s.");
            }
            catch (SocketException e)
            {
                // What .NET's client lets through of a connection that is lost the moment it is made.
                throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection to S3 was lost.", e);
            }
        }
    }
}

using System.Net;
using Amazon.Runtime;
using Devex.Contracts.Connections;

namespace Devex.Core.Storage;

/// <summary>
/// Connections to S3 on which a request is given up when nothing comes back. The SDK's S3 client itself waits for weeks; given up so, it asks again on
/// another connection, two times more, and then Core's caller learns that S3 is away. So does who reads a body that stops coming. Whoever asks while nobody is answered learns it
/// at once: a person is told why, rather than left waiting.
/// </summary>
/// <param name="patience">How long S3 may be silent.</param>
/// <param name="between">How long it is between two requests that find out whether S3 answers again.</param>
internal sealed class S3Connections(Patience patience, TimeSpan between) : HttpClientFactory
{
    /// <summary>Between two requests that find out whether S3 answers again.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    /// <summary>How long the one that finds out waits: there is somebody behind it, and whoever asks Core gives up after ten seconds.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(3);

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

    private sealed class Limit(Patience patience, TimeSpan between) : DelegatingHandler
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
                var limits = first && patience.Answer > FirstPatience ? patience with { Answer = FirstPatience } : patience;
                var answer = await limits.SendAsync(request, base.SendAsync, TimeProvider.System, cancellationToken);
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
    }
}

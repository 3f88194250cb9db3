using System.Net;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Health;

internal static class HttpProbe
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    public static Func<CancellationToken, Task<string?>> For(Func<EndpointReference> select, string path, int status) => async cancellation =>
    {
        var url = new Uri(new Uri(select().Url), path);
        try
        {
            using var response = await Client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.StatusCode == (HttpStatusCode)status ? null : $"{url} answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException failure)
        {
            return $"{url}: {failure.Message}";
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"{url} did not answer within {Client.Timeout.TotalSeconds:0} s";
        }
    };
}

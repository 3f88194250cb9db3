using System.Net;
using System.Net.Sockets;
using System.Text;
using Devex.Core.Errors;

namespace Devex.Core.Imports.Git;

/// <summary>A repository that answered.</summary>
/// <param name="At">Where it is, redirects followed.</param>
/// <param name="CanFilter">Whether it sends trees without the files in them.</param>
internal sealed record FoundRemote(PinnedAddress At, bool CanFilter);

/// <summary>
/// Asks a repository what it can, before git does. Redirects are followed here, one at a time and each checked as the address was; git follows none.
/// </summary>
internal sealed class GitRemote(GitHosts hosts)
{
    private const string Service = "/info/refs?service=git-upload-pack";
    private const string Advertisement = "application/x-git-upload-pack-advertisement";
    private const int MaxRedirects = 3;
    private const int MaxBytes = 16 * 1024;

    /// <exception cref="ApiProblem">400 that says why there is nothing to import; 502 when the host does not answer.</exception>
    public async Task<FoundRemote> FindAsync(GitAddress address, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            var at = await hosts.PinAsync(address, cancellationToken);
            using var http = Client(at);
            using var request = new HttpRequestMessage(HttpMethod.Get, address + Service);
            request.Headers.TryAddWithoutValidation("Git-Protocol", "version=2");
            request.Headers.UserAgent.ParseAdd("git/devex");
            try
            {
                using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (answer is { StatusCode: HttpStatusCode.OK, Content.Headers.ContentType.MediaType: Advertisement })
                    return new FoundRemote(at, await CanFilterAsync(answer, cancellationToken));
                if (answer.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
                    throw Absent(address, answer.StatusCode);
                address = Redirected(address, answer.Headers.Location, redirects);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
            {
                throw new ApiProblem(StatusCodes.Status502BadGateway, "import.git.unreachable", $"{address.Url.IdnHost} does not answer, or not over a connection that can be trusted. Try again later.");
            }
        }
    }

    private static ApiProblem Absent(GitAddress address, HttpStatusCode status) => status switch
    {
        HttpStatusCode.OK => ApiProblem.Invalid("url", "import.git.notGit", $"{address} answers, but is no Git repository. Give the address that git clone takes."),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone =>
            ApiProblem.Invalid("url", "import.git.notFound", $"There is no public repository at {address}. For a private one use git in a REPL's terminal."),
        _ => new ApiProblem(StatusCodes.Status502BadGateway, "import.git.unreachable", $"{address.Url.IdnHost} answered {(int)status}. Try again later."),
    };

    private GitAddress Redirected(GitAddress from, Uri? location, int redirects)
    {
        var target = location is null ? null : new Uri(from.Url, location);
        if (redirects < MaxRedirects && target is not null && target.AbsoluteUri.EndsWith(Service, StringComparison.Ordinal)
            && GitAddress.TryParse(target.AbsoluteUri[..^Service.Length], hosts.Loopback, out var to, out _) && to.Url.Scheme == from.Url.Scheme)
        {
            return to;
        }
        throw ApiProblem.Invalid("url", "import.git.redirect", $"{from} leads somewhere else, which is not followed. Give the repository's own address.");
    }

    private static HttpClient Client(PinnedAddress at) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        MaxResponseHeadersLength = 16,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        ConnectCallback = async (context, token) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync([.. at.Hosts], context.DnsEndPoint.Port, token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    }, disposeHandler: true);

    /// <summary>Looks for <c>filter</c> among what the server says that its <c>fetch</c> can (protocol v2, gitprotocol-v2).</summary>
    private static async Task<bool> CanFilterAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var start = new byte[MaxBytes];
        var length = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        var fetch = Encoding.ASCII.GetString(start, 0, length).Split('\n').FirstOrDefault(line => line.Length > 4 && line[4..].StartsWith("fetch=", StringComparison.Ordinal));
        return fetch?.Split(' ', '=').Contains("filter") == true;
    }
}

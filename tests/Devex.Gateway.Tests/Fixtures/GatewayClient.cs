using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Tokens;
using Devex.ServiceDefaults.Tokens;
using Devex.Testing;
using Devex.Testing.Runner;
using Devex.Testing.Services;
using Xunit;

namespace Devex.Gateway.Tests.Fixtures;

/// <summary>Visits hosts of the Gateway by its address, and asks Core as Web does.</summary>
internal sealed class GatewayClient(ServiceStack services) : IDisposable
{
    private static readonly ServiceTokens Web = new(ServiceStack.Secret, "devex web assertion", TimeProvider.System);

    private readonly HttpClient _core = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = services.CoreAddress };

    private readonly HttpMessageInvoker _gateway = new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectCallback = async (_, token) => new NetworkStream(await DialAsync(services, token), ownsSocket: true),
    });

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public string WebOrigin => services.Names.Web.GetLeftPart(UriPartial.Authority);

    /// <summary>Ports of everything of ours that listens on this machine.</summary>
    public IReadOnlyList<(string Part, int Port)> Parts =>
    [
        ("Redis", services.Redis.Port), ("S3", new Uri(services.S3.ServiceUrl).Port), ("Core", services.CoreAddress.Port),
        ("Core's session listener", services.SessionAddress.Port), ("the Gateway", services.Names.Repl.Port),
    ];

    /// <summary>Below it are the files of all sessions.</summary>
    public string DataFolder => services.DataFolder;

    /// <summary>For raw bytes.</summary>
    public Task<Socket> DialAsync() => DialAsync(services, Cancelled);

    public string PreviewOrigin(ReplId repl, int port = 3000) => $"http://{port}-{repl}.{services.Names.Preview.Authority}";

    public string ReplOrigin(ReplId repl) => $"http://{repl}.{services.Names.Repl.Authority}";

    /// <summary>A session's runner as browsers see it, through the Gateway. What it signs itself counts for nothing.</summary>
    public RunnerClient Runner(ReplId repl) => new($"http://127.0.0.1:{services.Names.Repl.Port}", repl, new RunnerSigner());

    /// <summary>Lets one of the development identities in, as Web does for a form of its sign-in page.</summary>
    public async Task SignInAsync(string identity)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/auth/local")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["identity"] = identity, ["returnUrl"] = "" }),
        };
        request.Headers.Add("Devex-Peer", Web.Sign(Audiences.Peer, new Dictionary<string, object> { ["peer"] = "127.0.0.1" }));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await _core.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    public async Task<T> AskCoreAsync<T>(HttpMethod method, string path, string user, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body, body.GetType(), options: ApiJson.Default.Options);
        var claims = new Dictionary<string, object> { ["sub"] = user, ["login"] = user, ["name"] = user };
        request.Headers.Authorization = new("Bearer", Web.Sign(Audiences.Web, claims));
        using var answer = await _core.SendAsync(request, Cancelled);
        return answer.IsSuccessStatusCode
            ? (T)(await answer.Content.ReadFromJsonAsync(typeof(T), ApiJson.Default, Cancelled))!
            : throw new InvalidOperationException($"{method} {path} was answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancelled)}");
    }

    /// <summary>The same for a change that is answered with nothing.</summary>
    public async Task ChangeCoreAsync(HttpMethod method, string path, string user)
    {
        using var request = new HttpRequestMessage(method, path);
        var claims = new Dictionary<string, object> { ["sub"] = user, ["login"] = user, ["name"] = user };
        request.Headers.Authorization = new("Bearer", Web.Sign(Audiences.Web, claims));
        using var answer = await _core.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    /// <summary>Asks again and again until the REPL is in a state.</summary>
    public async Task<Repl> WaitForAsync(ReplId id, string user, ReplState state)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await tick.WaitForNextTickAsync(limit.Token))
        {
            var repl = await AskCoreAsync<Repl>(HttpMethod.Get, $"/api/repls/{id}", user);
            if (repl.State == state)
                return repl;
            if (repl.Problem is { } problem)
                throw new InvalidOperationException($"The REPL has a problem: {problem}");
        }
        throw new TimeoutException();
    }

    /// <summary>A request to a host of the Gateway; <paramref name="headers"/> as <c>Name: value</c>.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string url, HttpContent? content = null, params string[] headers)
    {
        var request = new HttpRequestMessage(method, url) { Content = content };
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim());
        }
        return _gateway.SendAsync(request, Cancelled);
    }

    public Task<HttpResponseMessage> GetAsync(string url, params string[] headers) => SendAsync(HttpMethod.Get, url, null, headers);

    /// <summary>Opens a WebSocket, or tells the status that refused it.</summary>
    public async Task<(ClientWebSocket? Socket, HttpStatusCode Status)> ConnectAsync(string url, params string[] headers)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            socket.Options.SetRequestHeader(header[..colon], header[(colon + 1)..].Trim());
        }
        try
        {
            await socket.ConnectAsync(new Uri("ws" + url["http".Length..]), _gateway, Cancelled);
            return (socket, socket.HttpStatusCode);
        }
        catch (WebSocketException)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            return (null, status);
        }
    }

    /// <summary>Sends bytes as they are, and reads what comes until the Gateway closes.</summary>
    public async Task<string> SendRawAsync(string request)
    {
        using var socket = await DialAsync();
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), Cancelled);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(ProgramProcess.DefaultTimeout);
        return await reader.ReadToEndAsync(limit.Token);
    }

    public void Dispose()
    {
        _core.Dispose();
        _gateway.Dispose();
    }

    private static Task<Socket> DialAsync(ServiceStack services, CancellationToken cancellation) =>
        RunnerClient.DialAsync($"http://127.0.0.1:{services.Names.Repl.Port}", cancellation);
}

using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Devex.Contracts.Api;

namespace Devex.Core.Tests.Fixtures;

/// <summary>A browser as Core sees it behind Web: keeps Secure cookies, says where requests come from, carries Web's peer assertion.</summary>
internal sealed class Browser(CoreHost core) : IDisposable
{
    private readonly HttpClient _client = core.Client();
    private readonly Dictionary<string, string> _cookies = [];
    private string? _antiforgery;

    /// <summary>The whole <c>Set-Cookie</c> headers seen, by name.</summary>
    public Dictionary<string, string> SetCookies { get; } = [];

    public IReadOnlyDictionary<string, string> Cookies => _cookies;

    public string CookieHeader => string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    public string Peer { get; set; } = "127.0.0.1";

    /// <summary>Signs in as one of the development identities.</summary>
    public static async Task<Browser> SignedInAsync(CoreHost core, string name = "ada")
    {
        var browser = new Browser(core);
        using var answer = await browser.SignInAsync(name);
        return answer.StatusCode == HttpStatusCode.SeeOther
            ? browser
            : throw new InvalidOperationException($"Sign-in was answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    public Task<HttpResponseMessage> SignInAsync(string name, string? returnUrl = null) => SendAsync(
        HttpMethod.Post, "/auth/local",
        new FormUrlEncodedContent(new Dictionary<string, string> { ["identity"] = name, ["returnUrl"] = returnUrl ?? "" }));

    /// <summary>Sends with cookies; state changes with antiforgery token and same-origin headers, as the pages do.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content = null, IReadOnlyDictionary<string, string?>? headers = null, CancellationToken cancellationToken = default)
    {
        if (method != HttpMethod.Get && path.StartsWith("/api/", StringComparison.Ordinal) && _antiforgery is null)
        {
            using var token = await SendAsync(HttpMethod.Get, "/api/antiforgery", cancellationToken: cancellationToken);
            _antiforgery = (await token.Content.ReadFromJsonAsync(ApiJson.Default.AntiforgeryToken, cancellationToken))!.Token;
        }
        using var request = new HttpRequestMessage(method, path) { Content = content };
        var all = new Dictionary<string, string?>
        {
            ["Devex-Peer"] = Assertions.Peer(Peer),
            ["Sec-Fetch-Site"] = "same-origin",
            ["X-Devex-Antiforgery"] = method == HttpMethod.Get ? null : _antiforgery,
            ["Cookie"] = CookieHeader,
        };
        foreach (var (name, value) in headers ?? new Dictionary<string, string?>())
            all[name] = value;
        foreach (var (name, value) in all.Where(header => !string.IsNullOrEmpty(header.Value)))
            request.Headers.TryAddWithoutValidation(name, value);
        var answer = await _client.SendAsync(request, cancellationToken);
        Keep(answer);
        return answer;
    }

    public Task<HttpResponseMessage> PostAsync<T>(string path, T body, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, path, JsonContent.Create(body), null, cancellationToken);

    public async Task<Repl> CreateAsync(string template = "node", string? name = null)
    {
        using var answer = await PostAsync("/api/repls", new CreateRepl(name, template));
        return await ReadAsync(answer, HttpStatusCode.Created);
    }

    public async Task<Repl> GetAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        return await ReadAsync(answer, HttpStatusCode.OK);
    }

    public async Task<IReadOnlyList<Repl>> ListAsync(string path = "/api/repls")
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.ReplList))!.Repls;
    }

    /// <summary>Opens <c>/api/events</c>; null: refused with the status.</summary>
    public async Task<(ClientWebSocket? Socket, HttpStatusCode Status)> ConnectAsync(string? origin = CoreHost.WebOrigin, string? authorization = null, bool cookies = true)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Host", "localhost:8080");
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        if (cookies && CookieHeader.Length > 0)
            socket.Options.SetRequestHeader("Cookie", CookieHeader);
        if (authorization is not null)
            socket.Options.SetRequestHeader("Authorization", authorization);
        try
        {
            await socket.ConnectAsync(new UriBuilder(core.Address) { Scheme = "ws", Path = "/api/events" }.Uri, CancellationToken.None);
            return (socket, HttpStatusCode.SwitchingProtocols);
        }
        catch (WebSocketException)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            return (null, status);
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task<Repl> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected) =>
        answer.StatusCode == expected
            ? (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Repl))!
            : throw new InvalidOperationException($"Answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");

    private void Keep(HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues("Set-Cookie", out var headers))
            return;
        foreach (var header in headers)
        {
            var (name, value) = (header[..header.IndexOf('=', StringComparison.Ordinal)], header[(header.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(';')[0]);
            SetCookies[name] = header;
            if (value.Length == 0)
                _cookies.Remove(name);
            else
                _cookies[name] = value;
        }
    }
}

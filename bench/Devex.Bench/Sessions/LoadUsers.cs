using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Tokens;
using Devex.ServiceDefaults.Tokens;

namespace Devex.Bench.Sessions;

/// <summary>Many people at Core's API, as Web speaks for them: each asks one replica after another, and is told of changes by one.</summary>
internal sealed class LoadUsers(IReadOnlyList<UserId> users, IReadOnlyList<Replica> replicas, string webKey) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServiceTokens _web = new(webKey, "devex web assertion", TimeProvider.System);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = Patience };
    private readonly CancellationTokenSource _ended = new();
    private readonly List<Task> _listening = [];
    private int _requests;

    /// <summary>Makes the REPL of a number.</summary>
    public async Task<ReplId> CreateAsync(int n)
    {
        using var answer = await SendAsync(n, "/api/repls", JsonContent.Create(new CreateRepl(null, "bash"), ApiJson.Default.CreateRepl));
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Repl))!.Id;
    }

    /// <summary>Wants it to run or to stop.</summary>
    public async Task WantAsync(int n, ReplId id, bool run)
    {
        using var answer = await SendAsync(n, $"/api/repls/{id}/{(run ? "start" : "stop")}", null);
    }

    /// <summary>Each opens one page, which reads what it is told and does nothing with it.</summary>
    public async Task ListenAsync()
    {
        for (var n = 0; n < users.Count; n++)
        {
            var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Authorization", $"Bearer {Assertion(n)}");
            await socket.ConnectAsync(new Uri($"ws://{replicas[n % replicas.Count].Address.Authority}/api/events"), _ended.Token).WaitAsync(Patience);
            _listening.Add(ReadAsync(socket));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await Task.WhenAll(_listening);
        _http.Dispose();
        _ended.Dispose();
    }

    private async Task ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16 << 10];
        using (socket)
        {
            try
            {
                while ((await socket.ReceiveAsync(buffer, _ended.Token)).MessageType != WebSocketMessageType.Close)
                {
                }
            }
            catch (Exception e) when (e is OperationCanceledException or WebSocketException)
            {
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(int n, string path, HttpContent? content)
    {
        var replica = replicas[(int)((uint)Interlocked.Increment(ref _requests) % replicas.Count)];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(replica.Address, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Assertion(n));
        var answer = await _http.SendAsync(request);
        return answer.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"Core answered {(int)answer.StatusCode} to {path}: {await answer.Content.ReadAsStringAsync()}");
    }

    private string Assertion(int n)
    {
        var user = $"{users[n % users.Count]}";
        return _web.Sign(Audiences.Web, new Dictionary<string, object> { ["sub"] = user, ["login"] = user, ["name"] = user });
    }
}

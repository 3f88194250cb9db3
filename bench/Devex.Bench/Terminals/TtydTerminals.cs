using System.Net.Sockets;
using System.Net.WebSockets;
using Devex.Testing;
using Devex.Testing.Runner;

namespace Devex.Bench.Terminals;

/// <summary>ttyd over a Unix socket, as the runner listens; one server per command, which it starts anew for each client.</summary>
internal sealed class TtydTerminals : ITerminalHost, IAsyncDisposable
{
    /// <summary>Where tests/tools/ttyd.sh leaves it.</summary>
    public static readonly string Program = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "devex", "ttyd", "ttyd");

    private readonly TempFolder _folder = new("devex-ttyd-");
    private readonly Dictionary<string, (ProgramProcess Server, string Socket)> _servers = [];

    public string Name => "ttyd";

    public async Task<TerminalSocket> OpenAsync(string command)
    {
        if (!_servers.TryGetValue(command, out var server))
        {
            var path = _folder[$"{_servers.Count}.sock"];
            server = (ProgramProcess.Start(Program, ["--writable", "--interface", path, "bash", "-c", command]), path);
            _servers[command] = server;
            await server.Server.WaitForAsync(path, async token =>
            {
                try
                {
                    using var dialled = await RunnerClient.DialAsync("unix:" + path, token);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            });
        }

        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, token) => new NetworkStream(await RunnerClient.DialAsync("unix:" + server.Socket, token), ownsSocket: true),
        }, disposeHandler: false);
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("tty");
        await socket.ConnectAsync(new Uri("ws://ttyd.invalid/ws"), http, CancellationToken.None);
        await socket.SendAsync("""{"AuthToken":"","columns":80,"rows":24}"""u8.ToArray(), WebSocketMessageType.Binary, true, CancellationToken.None);
        return new TerminalSocket(socket, ttyd: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (server, _) in _servers.Values)
            await server.DisposeAsync();
        _folder.Dispose();
    }
}

using System.Net.Sockets;
using System.Net.WebSockets;
using Devex.Testing.Runner;

namespace Devex.Bench.Terminals;

/// <summary>ttyd, reached directly or through the Gateway.</summary>
/// <param name="name">What to call it.</param>
/// <param name="servers">Its servers.</param>
/// <param name="route">What to dial, and which host to ask for there, for a server that listens at an address.</param>
internal sealed class TtydTerminals(string name, TtydServers servers, Func<string, (string Dialled, string Host)> route) : ITerminalHost
{
    public string Name => name;

    public async Task<TerminalSocket> OpenAsync(string command)
    {
        var (dialled, host) = route(await servers.FindAsync(command));
        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, token) => new NetworkStream(await RunnerClient.DialAsync(dialled, token), ownsSocket: true),
        }, disposeHandler: false);
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("tty");
        await socket.ConnectAsync(new Uri($"ws://{host}/ws"), http, CancellationToken.None);
        await socket.SendAsync("""{"AuthToken":"","columns":80,"rows":24}"""u8.ToArray(), WebSocketMessageType.Binary, true, CancellationToken.None);
        return new TerminalSocket(socket, ttyd: true);
    }
}

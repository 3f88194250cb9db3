using System.Net;
using System.Net.Sockets;

namespace Devex.Bench.Browsers;

/// <summary>
/// Stands between a browser and a server of this machine and counts what they exchange, both ways and whoever in the browser asks: pages, workers, WebSockets.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _accepting;
    private long _bytes;

    /// <param name="server">The server's port on 127.0.0.1.</param>
    public Relay(int server)
    {
        Server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Server { get; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>So far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _ = PassAsync(await _listener.AcceptSocketAsync(_ended.Token));
    }

    private async Task PassAsync(Socket browser)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (browser)
        {
            try
            {
                server.NoDelay = browser.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, Server, _ended.Token);
                await Task.WhenAll(PumpAsync(browser, server), PumpAsync(server, browser));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One of them is gone, and so is the other's connection.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 << 10];
        while (await from.ReceiveAsync(buffer.AsMemory(), _ended.Token) is var read and > 0)
        {
            Interlocked.Add(ref _bytes, read);
            for (var sent = 0; sent < read;)
                sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _ended.Token);
        }
        to.Shutdown(SocketShutdown.Send);
    }
}

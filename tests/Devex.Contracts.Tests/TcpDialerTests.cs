using System.Net;
using System.Net.Sockets;
using Devex.Contracts.Connections;
using Xunit;

namespace Devex.Contracts.Tests;

public sealed class TcpDialerTests
{
    private const int UserTimeout = 18;

    [Fact]
    public async Task A_connection_notices_within_15_seconds_that_its_peer_vanished()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var dialling = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var stream = await TcpDialer.DialAsync(context, cancellationToken);
                dialling.SetResult(((NetworkStream)stream).Socket);
                return stream;
            },
        });
        var cancellation = TestContext.Current.CancellationToken;
        var answer = http.GetStringAsync(new Uri($"http://{listener.LocalEndpoint}/"), cancellation);
        using (var accepted = await listener.AcceptTcpClientAsync(cancellation))
        {
            var dialled = await dialling.Task.WaitAsync(cancellation);
            Assert.True(dialled.NoDelay);
            Assert.Equal(1, dialled.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
            var (idle, between) = (Seconds(dialled, SocketOptionName.TcpKeepAliveTime), Seconds(dialled, SocketOptionName.TcpKeepAliveInterval));
            Assert.Equal(15, idle + between);
            var milliseconds = new byte[sizeof(int)];
            dialled.GetRawSocketOption((int)SocketOptionLevel.Tcp, UserTimeout, milliseconds);
            Assert.Equal(15_000, BitConverter.ToInt32(milliseconds));
            await accepted.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"u8.ToArray(), cancellation);
            Assert.Equal("hi", await answer);
        }
    }

    private static int Seconds(Socket socket, SocketOptionName name) => (int)socket.GetSocketOption(SocketOptionLevel.Tcp, name)!;
}

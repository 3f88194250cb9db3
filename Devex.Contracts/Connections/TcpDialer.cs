using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Devex.Contracts.Connections;

/// <summary>
/// Connections of HTTP clients on which a peer that vanishes without a word, as with its node, is noticed. By itself Linux repeats what is not acknowledged for a
/// quarter of an hour, and what is only waited for, it waits for without end.
/// </summary>
public static class TcpDialer
{
    /// <summary>How long what was sent may go unacknowledged, or an idle peer unheard of, until the connection is lost. A peer that is only slow acknowledges.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // A Service's address leads to another pod with each connection, and for a while also to one that is lost. The kernel's first repetition comes after a second, too.
    private static readonly TimeSpan BesideAfter = TimeSpan.FromSeconds(1);
    private const int AtMost = 5;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    // linux/tcp.h; .NET has no name for it.
    private const int TcpUserTimeout = 18;

    /// <summary>Connects, as <see cref="SocketsHttpHandler.ConnectCallback"/>; tries anew beside an attempt that nobody answers.</summary>
    /// <exception cref="SocketException">Nobody is there.</exception>
    public static async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        await Attempts.FirstAsync(cancellation => ConnectAsync(context.DnsEndPoint, cancellation), BesideAfter, AtMost, TimeProvider.System, cancellationToken);

    private static async Task<Stream> ConnectAsync(DnsEndPoint peer, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            Watch(socket);
            await socket.ConnectAsync(peer, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Watch(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)Idle.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)Between.TotalSeconds);
        if (OperatingSystem.IsLinux())
        {
            var milliseconds = (int)Patience.TotalMilliseconds;
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in milliseconds)));
        }
    }
}

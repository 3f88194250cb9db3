using System.Net;
using System.Net.Sockets;
using Devex.Hosting.Endpoints;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Devex.Dashboard.Access;

/// <summary>
/// A port on the addresses of <c>localhost</c>, listened on as soon as it is chosen: between a look whether it is free and the server's own listening, the dashboard
/// of another AppHost could take it.
/// </summary>
internal sealed class HeldPort
{
    private readonly Dictionary<EndPoint, Socket> _sockets = [];

    private HeldPort(int port) => Port = port;

    public int Port { get; }

    /// <summary>The port that is wished, or a free one where somebody has it.</summary>
    public static HeldPort Take(int wished)
    {
        var port = wished == 0 ? Ports.Free() : wished;
        while (true)
        {
            var held = new HeldPort(port);
            if (held.Listen(IPAddress.Loopback) && (!Socket.OSSupportsIPv6 || held.Listen(IPAddress.IPv6Loopback)))
            {
                return held;
            }

            held.Release();
            port = Ports.Free();
        }
    }

    /// <summary>The socket that listens at an address of this port, once; a new one for any other address.</summary>
    public Socket Give(EndPoint address) => _sockets.Remove(address, out var socket) ? socket : SocketTransportOptions.CreateDefaultBoundListenSocket(address);

    private bool Listen(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            var endpoint = new IPEndPoint(address, Port);
            socket.Bind(endpoint);
            socket.Listen();
            _sockets.Add(endpoint, socket);
            return true;
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            // Where there is no ::1, nobody can have a port on it.
            return failure.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }

    private void Release()
    {
        foreach (var socket in _sockets.Values)
        {
            socket.Dispose();
        }
    }
}

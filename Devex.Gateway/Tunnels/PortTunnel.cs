using System.Globalization;
using System.Text;
using Devex.Contracts.Gateway;

namespace Devex.Gateway.Tunnels;

/// <summary>Opens a raw byte tunnel to a port inside a session: an HTTP/1.1 upgrade at <c>serve</c>, after which the stream is the program's.</summary>
internal static class PortTunnel
{
    private const int LongestHead = 4096;

    /// <exception cref="PortClosedException">Nothing listens on the port.</exception>
    /// <exception cref="IOException">The session does not answer.</exception>
    public static async ValueTask<Stream> OpenAsync(SessionLocation location, int port, CancellationToken cancellationToken)
    {
        var stream = await Dialer.DialAsync(location, cancellationToken);
        try
        {
            var request = string.Create(CultureInfo.InvariantCulture,
                $"GET /ports/{port} HTTP/1.1\r\nHost: {location.ReplId}\r\nConnection: Upgrade\r\nUpgrade: devex-tunnel\r\nAuthorization: Bearer {location.TunnelToken}\r\n\r\n");
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
            var status = await ReadStatusAsync(stream, cancellationToken);
            return status switch
            {
                101 => stream,
                502 => throw new PortClosedException(port),
                _ => throw new IOException($"The session answered {status} to a tunnel."),
            };
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads to the end of the head and not one byte further: what follows is the program's.</summary>
    private static async ValueTask<int> ReadStatusAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[LongestHead];
        for (var length = 0; length < LongestHead; length++)
        {
            if (await stream.ReadAsync(head.AsMemory(length, 1), cancellationToken) == 0)
                throw new IOException("The session closed a tunnel before it was open.");
            if (head.AsSpan(0, length + 1).EndsWith("\r\n\r\n"u8))
                return ParseStatus(head.AsSpan(0, length));
        }
        throw new IOException("The session answered a tunnel with an endless head.");
    }

    private static int ParseStatus(ReadOnlySpan<byte> head) =>
        head.StartsWith("HTTP/1.1 "u8) && int.TryParse(head.Slice(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : throw new IOException("The session answered a tunnel with something that is not HTTP.");
}

/// <summary>Nothing in the session listens on this port.</summary>
internal sealed class PortClosedException(int port) : IOException($"Nothing listens on port {port}.");

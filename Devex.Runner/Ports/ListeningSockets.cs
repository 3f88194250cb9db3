using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Devex.Runner.Snapshots;

namespace Devex.Runner.Ports;

/// <summary>
/// The TCP sockets of our network namespace that listen, inode to port. The kernel is asked for just these (sock_diag(7)): its text tables name every
/// connection too, and to write them it walks through a table that is as large as the node's memory, each time. They are read where it does not answer.
/// </summary>
internal static partial class ListeningSockets
{
    private const ushort ByFamily = 20, Error = 2, Done = 3;
    private const int HeaderLength = 16, RequestLength = HeaderLength + 56, SocketLength = HeaderLength + 72;
    private const int InterNetwork = 2, InterNetwork6 = 10;

    public static Dictionary<long, int> Find()
    {
        var sockets = new Dictionary<long, int>();
        if (TryAsk(sockets))
            return sockets;
        sockets.Clear();
        foreach (var table in (string[])["/proc/self/net/tcp", "/proc/self/net/tcp6"])
        {
            // Without IPv6 there is no second table.
            if (File.Exists(table))
                Parse(File.ReadLines(table), sockets);
        }
        return sockets;
    }

    /// <summary>Asks the kernel; false when it does not answer such questions, as in a sandbox.</summary>
    internal static bool TryAsk(Dictionary<long, int> sockets)
    {
        const int Netlink = 16, Raw = 3, SocketDiagnostics = 4;
        using var netlink = new NetlinkSocket(SocketNative(Netlink, Raw | Libc.CloseOnExec, SocketDiagnostics));
        return !netlink.IsInvalid && TryAsk(netlink, InterNetwork, sockets) && TryAsk(netlink, InterNetwork6, sockets);
    }

    /// <summary>Reads a text table of the kernel.</summary>
    internal static void Parse(IEnumerable<string> lines, Dictionary<long, int> sockets)
    {
        const string Listening = "0A";
        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 10 || fields[3] != Listening)
                continue;
            var colon = fields[1].IndexOf(':', StringComparison.Ordinal);
            if (int.TryParse(fields[1].AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port) && long.TryParse(fields[9], CultureInfo.InvariantCulture, out var inode))
                sockets[inode] = port;
        }
    }

    private static unsafe bool TryAsk(NetlinkSocket netlink, byte family, Dictionary<long, int> sockets)
    {
        const ushort RequestDump = 0x301;
        const byte Tcp = 6;
        const uint ListenState = 1 << 10;
        Span<byte> request = stackalloc byte[RequestLength];
        request.Clear();
        MemoryMarshal.Write(request, RequestLength);
        MemoryMarshal.Write(request[4..], ByFamily);
        MemoryMarshal.Write(request[6..], RequestDump);
        (request[16], request[17]) = (family, Tcp);
        MemoryMarshal.Write(request[20..], ListenState);
        fixed (byte* bytes = request)
        {
            if (SendNative(netlink, bytes, RequestLength, 0) != RequestLength)
                return false;
        }

        // The kernel fills at most 32 KiB at once.
        Span<byte> buffer = new byte[32 << 10];
        while (true)
        {
            nint length;
            fixed (byte* bytes = buffer)
                length = ReceiveNative(netlink, bytes, buffer.Length, 0);
            if (length <= 0)
                return false;
            if (Take(buffer[..(int)length], sockets) is { } answered)
                return answered;
        }
    }

    /// <summary>Whether that was all and answered; null when more comes.</summary>
    private static bool? Take(ReadOnlySpan<byte> messages, Dictionary<long, int> sockets)
    {
        while (messages.Length >= HeaderLength)
        {
            var length = (int)MemoryMarshal.Read<uint>(messages);
            if (length < HeaderLength || length > messages.Length)
                return false;
            switch (MemoryMarshal.Read<ushort>(messages[4..]))
            {
                case Done:
                    return true;
                case Error:
                    return false;
                case ByFamily when length >= SocketLength:
                    sockets[MemoryMarshal.Read<uint>(messages[(HeaderLength + 68)..])] = BinaryPrimitives.ReadUInt16BigEndian(messages[(HeaderLength + 4)..]);
                    break;
            }
            messages = messages[Math.Min((length + 3) & ~3, messages.Length)..];
        }
        return null;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int SocketNative(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static unsafe partial nint SendNative(NetlinkSocket socket, byte* bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static unsafe partial nint ReceiveNative(NetlinkSocket socket, byte* bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseNative(nint file);

    private sealed class NetlinkSocket : SafeHandle
    {
        public NetlinkSocket(int file)
            : base(-1, ownsHandle: true) => SetHandle(file);

        public override bool IsInvalid => handle < 0;

        protected override bool ReleaseHandle() => CloseNative(handle) == 0;
    }
}

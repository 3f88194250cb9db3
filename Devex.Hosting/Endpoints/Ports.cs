using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Devex.Hosting.Endpoints;

/// <summary>TCP ports of this machine's loopback addresses.</summary>
internal static class Ports
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static int _last = RandomNumberGenerator.GetInt32(Count);

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>
    /// A port nobody listens on now, another in each call; below those that the kernel gives to outgoing connections, any of which could take it before its program starts.
    /// </summary>
    public static int Free()
    {
        int port;
        do
        {
            port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
        }
        while (!IsFree(port));
        return port;
    }

    /// <summary>Whether nobody has the port on 127.0.0.1 or ::1: browsers ask both for <c>localhost</c>, ::1 first.</summary>
    public static bool IsFree(int port) => IsFree(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || IsFree(IPAddress.IPv6Loopback, port));

    /// <summary>The process that listens on the port, as <c>1234 (name)</c>; null where /proc does not tell.</summary>
    public static string? Holder(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var sockets = Tables.Where(File.Exists).SelectMany(File.ReadLines).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 9 && fields[3] == "0A" && fields[1].EndsWith(string.Create(CultureInfo.InvariantCulture, $":{port:X4}"), StringComparison.Ordinal))
            .Select(fields => $"socket:[{fields[9]}]").ToHashSet(StringComparer.Ordinal);
        return sockets.Count == 0 ? null : Directory.EnumerateDirectories("/proc")
            .Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]) && Has(folder, sockets))
            .Select(folder => $"{Path.GetFileName(folder)} ({Name(folder)})").FirstOrDefault();
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException failure)
        {
            // Where there is no ::1, nobody can have a port on it.
            return failure.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }

    private static bool Has(string process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd"))
                .Any(descriptor => new FileInfo(descriptor).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    private static string Name(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (IOException)
        {
            return "ended meanwhile";
        }
    }
}

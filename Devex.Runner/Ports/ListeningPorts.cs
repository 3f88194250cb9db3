using System.Globalization;
using Devex.Runner.Programs;

namespace Devex.Runner.Ports;

/// <summary>Finds the TCP ports that the user's programs listen on: sockets of our network namespace that one of them holds.</summary>
internal static class ListeningPorts
{
    private const string Listening = "0A";

    /// <summary>Ports in ascending order.</summary>
    public static IReadOnlyList<int> Find()
    {
        var sockets = new Dictionary<string, int>(StringComparer.Ordinal);
        Read("/proc/self/net/tcp", sockets);
        Read("/proc/self/net/tcp6", sockets);
        if (sockets.Count == 0)
            return [];
        var found = new SortedSet<int>();
        foreach (var pid in ProgramTable.Descendants())
        {
            foreach (var inode in SocketsOf(pid))
            {
                if (sockets.TryGetValue(inode, out var port))
                    found.Add(port);
            }
        }
        return [.. found];
    }

    /// <summary>Reads a table of the kernel: inode to port, of sockets that listen where the tunnel can reach them.</summary>
    internal static void Parse(IEnumerable<string> lines, Dictionary<string, int> sockets)
    {
        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 10 || fields[3] != Listening)
                continue;
            var colon = fields[1].IndexOf(':', StringComparison.Ordinal);
            if (int.TryParse(fields[1].AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port))
                sockets[fields[9]] = port;
        }
    }

    private static void Read(string table, Dictionary<string, int> sockets)
    {
        // Without IPv6 there is no second table.
        if (File.Exists(table))
            Parse(File.ReadLines(table), sockets);
    }

    private static IEnumerable<string> SocketsOf(int pid)
    {
        const string Prefix = "socket:[";
        IEnumerable<FileInfo> descriptors;
        try
        {
            descriptors = new DirectoryInfo($"/proc/{pid}/fd").GetFiles();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        foreach (var descriptor in descriptors)
        {
            if (TargetOf(descriptor) is { } target && target.StartsWith(Prefix, StringComparison.Ordinal))
                yield return target[Prefix.Length..^1];
        }
    }

    private static string? TargetOf(FileInfo descriptor)
    {
        try
        {
            return descriptor.LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

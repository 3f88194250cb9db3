using System.Globalization;
using Devex.Runner.Programs;

namespace Devex.Runner.Ports;

/// <summary>Finds the TCP ports that the user's programs listen on: sockets of our network namespace that one of them holds.</summary>
internal static class ListeningPorts
{
    /// <summary>Ports in ascending order.</summary>
    public static IReadOnlyList<int> Find()
    {
        var sockets = ListeningSockets.Find();
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

    private static IEnumerable<long> SocketsOf(int pid)
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
            if (TargetOf(descriptor) is { } target && target.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(target.AsSpan()[Prefix.Length..^1], CultureInfo.InvariantCulture, out var inode))
                yield return inode;
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

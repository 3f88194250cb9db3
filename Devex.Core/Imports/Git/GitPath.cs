using System.Text;
using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Core.Imports.Git;

/// <summary>
/// Paths in a commit. Git checks them when it checks out, which is never done here; hostile repositories have what git itself would not make.
/// </summary>
internal static class GitPath
{
    /// <summary>Its place in the workspace; null for what is left out, Devex's own temporary files.</summary>
    /// <exception cref="Errors.ApiProblem">400 when it leads out, or into <c>.git</c>, or cannot be.</exception>
    public static SnapshotPath? Place(ReadOnlySpan<byte> name)
    {
        var path = SnapshotPath.Parse("workspace"u8);
        foreach (var range in name.Split((byte)'/'))
        {
            var segment = name[range];
            if (segment.IsEmpty || segment.SequenceEqual("."u8) || segment.SequenceEqual(".."u8))
                throw ImportTree.Refused(name, "repository", "leads out of it");
            if (IsDotGit(segment))
                throw ImportTree.Refused(name, "repository", "would be a part of git's own folder");
            if (segment.StartsWith(".devex-"u8))
                return null;
            if (segment.Contains((byte)0) || !path.TryAppend(segment, out var next))
                throw ImportTree.Refused(name, "repository", $"has a name over {SnapshotFormat.MaxNameBytes} bytes, or a path over {SnapshotFormat.MaxPathBytes} bytes or {SnapshotFormat.MaxDepth} folders");
            path = next.Value;
        }
        return path;
    }

    /// <summary>
    /// Whether some file system takes a name for <c>.git</c>: any case; with dots or spaces behind it or a stream of it, or by its short name (NTFS); with characters in it that are not
    /// seen (HFS+). A REPL's files may be restored on any.
    /// </summary>
    internal static bool IsDotGit(ReadOnlySpan<byte> segment)
    {
        var name = string.Concat(Encoding.UTF8.GetString(segment).Where(c => c is not (>= '\u200c' and <= '\u200f' or >= '\u202a' and <= '\u202e' or >= '\u206a' and <= '\u206f' or '\ufeff')));
        name = name[..(name.IndexOfAny([':', '\\']) is >= 0 and var end ? end : name.Length)].TrimEnd(' ', '.');
        return name.Equals(".git", StringComparison.OrdinalIgnoreCase) || name.Equals("git~1", StringComparison.OrdinalIgnoreCase);
    }
}

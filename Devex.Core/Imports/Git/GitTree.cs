using System.Buffers.Text;
using System.Text;
using Devex.Core.Errors;

namespace Devex.Core.Imports.Git;

/// <summary>One entry of a commit.</summary>
/// <param name="Mode">As git has it, octal: 100644, 100755, 120000 (link), 160000 (submodule).</param>
/// <param name="Object">Hex.</param>
/// <param name="Size">Bytes; 0 for a submodule.</param>
/// <param name="Path">Raw bytes.</param>
internal sealed record GitEntry(string Mode, string Object, long Size, byte[] Path);

/// <summary>Reads what a commit holds, bounded before anything of it is kept: a few objects can name each other ten billion times.</summary>
internal static class GitTree
{
    private const int MaxLine = 16 * 1024;

    /// <summary>All files, links and submodules.</summary>
    /// <exception cref="ApiProblem">413 when there are more than <paramref name="most"/>.</exception>
    public static async Task<List<GitEntry>> ReadAsync(GitClone clone, int most, CancellationToken cancellationToken)
    {
        var entries = new List<GitEntry>();
        await foreach (var line in LinesAsync(clone, ["ls-tree", "-r", "-z", "-l", "--full-tree", clone.Commit], cancellationToken))
        {
            if (entries.Count == most)
                throw TooMany(most);
            entries.Add(Parse(line));
        }
        return entries;
    }

    /// <summary>How many there are, and the names in the root.</summary>
    public static async Task<(int Count, IReadOnlyCollection<string> Root)> CountAsync(GitClone clone, int most, CancellationToken cancellationToken)
    {
        var (count, root) = (0, new HashSet<string>());
        await foreach (var line in LinesAsync(clone, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", clone.Commit], cancellationToken))
        {
            if (++count > most)
                throw TooMany(most);
            if (!line.Contains((byte)'/'))
                root.Add(Encoding.UTF8.GetString(line));
        }
        return (count, root);
    }

    private static ApiProblem TooMany(int most) =>
        new(StatusCodes.Status413PayloadTooLarge, "import.entries", $"The repository has more than {most} files, the most allowed here. Nothing was imported.");

    /// <summary><c>mode SP type SP object SP+ size TAB path</c>; of a submodule the size is <c>-</c>.</summary>
    private static GitEntry Parse(byte[] line)
    {
        var tab = line.AsSpan().IndexOf((byte)'\t');
        var words = tab < 0 ? [] : Encoding.ASCII.GetString(line, 0, tab).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 4 || (words[3] != "-" && !Utf8Parser.TryParse(Encoding.ASCII.GetBytes(words[3]), out long _, out _)))
            throw new GitFailedException("fatal: a tree that cannot be read");
        return new GitEntry(words[0], words[2], words[3] == "-" ? 0 : long.Parse(words[3], System.Globalization.CultureInfo.InvariantCulture), line[(tab + 1)..]);
    }

    private static async IAsyncEnumerable<byte[]> LinesAsync(
        GitClone clone, string[] arguments, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var run = clone.Start(arguments);
        var buffer = new byte[64 * 1024];
        var length = 0;
        int read;
        while ((read = await run.Output.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0)
        {
            length += read;
            var start = 0;
            for (int end; (end = buffer.AsSpan(start, length - start).IndexOf((byte)0)) >= 0; start += end + 1)
                yield return buffer[start..(start + end)];
            buffer.AsSpan(start, length - start).CopyTo(buffer);
            if ((length -= start) > MaxLine)
                throw new GitFailedException("fatal: a path that is too long");
        }
        await run.CompleteAsync(cancellationToken);
    }
}

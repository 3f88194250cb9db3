using System.Globalization;
using System.Text;
using Devex.Contracts.Protocol;

namespace Devex.Runner.Git;

/// <summary>Reads <c>git status --porcelain=v2 --branch -z</c>; its format is in git-status(1). Pure.</summary>
internal static class StatusReader
{
    public const int MaxFiles = 2000;

    public static GitStatus Read(ReadOnlySpan<byte> output)
    {
        var (branch, commit, upstream, ahead, behind, limited) = ((string?)null, (string?)null, (string?)null, 0, 0, false);
        var files = new List<GitFile>();
        var entries = new Queue<string>(Encoding.UTF8.GetString(output).Split('\0', StringSplitOptions.RemoveEmptyEntries));
        while (entries.TryDequeue(out var entry))
        {
            if (entry.StartsWith("# ", StringComparison.Ordinal))
            {
                switch (entry.Split(' '))
                {
                    case [_, "branch.oid", not "(initial)" and var oid]:
                        commit = oid[..Math.Min(8, oid.Length)];
                        break;
                    case [_, "branch.head", not "(detached)" and var head]:
                        branch = head;
                        break;
                    case [_, "branch.upstream", var follows]:
                        upstream = follows;
                        break;
                    case [_, "branch.ab", var more, var fewer]:
                        (ahead, behind) = (Math.Abs(Number(more)), Math.Abs(Number(fewer)));
                        break;
                }
                continue;
            }
            // A renamed file's former path is an entry of its own.
            var from = entry[0] == '2' && entries.TryDequeue(out var former) ? former : null;
            if (File(entry, from) is not { } file)
                continue;
            if (files.Count == MaxFiles)
                limited = true;
            else
                files.Add(file);
        }
        return new GitStatus(true, true, branch, commit, upstream, ahead, behind, files, limited);
    }

    private static GitFile? File(string entry, string? from) => entry[0] switch
    {
        '?' when entry.Length > 2 => new GitFile(entry[2..], null, null, GitChange.Untracked),
        'u' => Path(entry, 10) is { } path ? new GitFile(path, null, null, GitChange.Conflicted) : null,
        '1' => Path(entry, 8) is { } path ? new GitFile(path, null, Change(entry[2]), Change(entry[3])) : null,
        '2' => Path(entry, 9) is { } path ? new GitFile(path, from, Change(entry[2]), Change(entry[3])) : null,
        _ => null,
    };

    /// <summary>What follows so many fields; a path may hold spaces.</summary>
    private static string? Path(string entry, int fields)
    {
        var parts = entry.Split(' ', fields + 1);
        return parts.Length == fields + 1 ? parts[fields] : null;
    }

    private static GitChange? Change(char letter) => letter switch
    {
        'M' or 'T' => GitChange.Modified,
        'A' => GitChange.Added,
        'D' => GitChange.Deleted,
        'R' or 'C' => GitChange.Renamed,
        'U' => GitChange.Conflicted,
        _ => null,
    };

    private static int Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

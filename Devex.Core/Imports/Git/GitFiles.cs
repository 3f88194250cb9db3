using System.Globalization;
using System.Text;
using Devex.Core.History;
using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Core.Imports.Git;

/// <summary>
/// Puts a clone into a snapshot: the commit's files as git has them, by no filter, and a <c>.git</c> of known parts alone, so that the REPL is a repository with its origin. No hook, no
/// alternate, no setting of the repository's own is among them.
/// </summary>
internal sealed class GitFiles(GitClone clone, ImportTree tree, SnapshotWriter writer, ImportBudget budget)
{
    private const string Link = "120000";
    private const string Submodule = "160000";
    private const string Program = "100755";
    private const int FileMode = 0x1a4;
    private const int ProgramMode = 0x1ed;

    private static readonly string[] Files = ["HEAD", "config", "index", "packed-refs", "shallow"];
    private static readonly string[] Folders = ["objects", "refs"];

    private readonly Dictionary<string, SnapshotEntry> _known = [];

    /// <summary>Adds the commit's files.</summary>
    /// <param name="entries">Of the commit.</param>
    /// <param name="packed">Told how many are done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task AddFilesAsync(IReadOnlyList<GitEntry> entries, Action<int> packed, CancellationToken cancellationToken)
    {
        // All sizes are known before the first byte is read.
        budget.Take(entries.Sum(entry => entry.Size));
        await using var run = clone.Start("cat-file", "--batch");
        for (var i = 0; i < entries.Count; i++)
        {
            await AddAsync(run, entries[i], cancellationToken);
            packed(i + 1);
        }
        await run.CompleteAsync(cancellationToken);
    }

    /// <summary>Adds <c>.git</c>.</summary>
    public async Task AddGitFolderAsync(CancellationToken cancellationToken)
    {
        var root = new DirectoryInfo(clone.GitFolder);
        tree.Add(Entry(".git", EntryKind.Folder, ProgramMode) with { Modified = 0 });
        // Git finds no repository where these are not there.
        foreach (var folder in (string[])["objects/info", "objects/pack", "refs/heads", "refs/tags"])
            tree.Add(Entry($".git/{folder}", EntryKind.Folder, ProgramMode) with { Modified = 0 });
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in root.EnumerateFiles("*", options).OrderBy(file => file.FullName, StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(root.FullName, file.FullName);
            if (!Files.Contains(name) && !Folders.Contains(name.Split('/')[0]))
                continue;
            budget.Take(file.Length);
            await using var content = file.OpenRead();
            var entry = Entry($".git/{name}", EntryKind.File, name.StartsWith("objects/", StringComparison.Ordinal) ? 0x124 : FileMode);
            tree.Add(await writer.PackAsync(entry, content, content.Length, cancellationToken));
        }
    }

    private async Task AddAsync(GitRun run, GitEntry entry, CancellationToken cancellationToken)
    {
        if (GitPath.Place(entry.Path) is not { } path)
            return;
        if (entry.Mode == Submodule)
        {
            // As after a clone without its submodules.
            tree.Add(new SnapshotEntry { Path = path, Kind = EntryKind.Folder, Mode = ProgramMode, Modified = 0 });
            return;
        }
        if (entry.Mode == Link)
        {
            tree.Add(await LinkAsync(run, entry, path, cancellationToken));
            return;
        }
        // The same content under many names is read once.
        if (!_known.TryGetValue(entry.Object, out var content))
            _known[entry.Object] = content = await ReadAsync(run, entry, path, cancellationToken);
        tree.Add(content with { Path = path, Mode = entry.Mode == Program ? ProgramMode : FileMode });
    }

    private async Task<SnapshotEntry> ReadAsync(GitRun run, GitEntry entry, SnapshotPath path, CancellationToken cancellationToken)
    {
        var file = new SnapshotEntry { Path = path, Kind = EntryKind.File, Mode = FileMode, Modified = clone.CommittedAt };
        await AskAsync(run, entry, cancellationToken);
        var packed = await writer.PackAsync(file, run.Output, entry.Size, cancellationToken);
        await EndAsync(run, cancellationToken);
        return packed;
    }

    private async Task<SnapshotEntry> LinkAsync(GitRun run, GitEntry entry, SnapshotPath path, CancellationToken cancellationToken)
    {
        if (entry.Size is 0 or > SnapshotFormat.MaxLinkBytes)
            throw ImportTree.Refused(entry.Path, "repository", "is a link that leads nowhere");
        await AskAsync(run, entry, cancellationToken);
        var target = new byte[entry.Size];
        await run.Output.ReadExactlyAsync(target, cancellationToken);
        await EndAsync(run, cancellationToken);
        return target.Contains((byte)0)
            ? throw ImportTree.Refused(entry.Path, "repository", "is a link that leads nowhere")
            : new SnapshotEntry { Path = path, Kind = EntryKind.Link, Mode = 0x1ff, Modified = clone.CommittedAt, Target = target };
    }

    /// <summary>The answer begins with <c>object SP type SP size LF</c>, and ends with LF.</summary>
    private static async Task AskAsync(GitRun run, GitEntry entry, CancellationToken cancellationToken)
    {
        await run.Input.WriteAsync(Encoding.ASCII.GetBytes(entry.Object + "\n"), cancellationToken);
        await run.Input.FlushAsync(cancellationToken);
        var expected = string.Create(CultureInfo.InvariantCulture, $"{entry.Object} blob {entry.Size}\n");
        var head = new byte[expected.Length];
        await run.Output.ReadExactlyAsync(head, cancellationToken);
        if (Encoding.ASCII.GetString(head) != expected)
            throw new GitFailedException("fatal: an object that is not what the tree says");
    }

    private static async Task EndAsync(GitRun run, CancellationToken cancellationToken) => await run.Output.ReadExactlyAsync(new byte[1], cancellationToken);

    private SnapshotEntry Entry(string name, EntryKind kind, int mode) =>
        new() { Path = SnapshotPath.Parse(Encoding.UTF8.GetBytes($"{HistoryPath.Workspace}/{name}")), Kind = kind, Mode = mode, Modified = clone.CommittedAt };
}

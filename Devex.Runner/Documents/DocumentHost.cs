using Devex.Contracts.Protocol;
using Devex.Contracts.Snapshots;
using Devex.Runner.Files;
using Devex.Runner.Sessions;

namespace Devex.Runner.Documents;

/// <summary>What documents share: the workspace's files, the journal folder, time.</summary>
internal sealed class DocumentHost(WorkspaceFiles files, Workspace workspace, DocumentFolder folder, TimeProvider time, ILogger<DocumentHost> logger)
{
    private readonly string _root = RealPaths.Resolve(workspace.Path) + "/";

    public DocumentFolder Folder => folder;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    /// <summary>The newest flush of any document.</summary>
    public SessionInstant? FlushedAt { get; set; }

    /// <summary>Tells why pushes are refused; null when they are taken.</summary>
    public Func<string?> Frozen { get; set; } = () => null;

    /// <summary>Called when a document was brought to its file and nobody has it open.</summary>
    public Action<Document> Settled { get; set; } = _ => { };

    /// <summary>Told how many updates an editor's push brought.</summary>
    public Action<int> Accepted { get; set; } = _ => { };

    /// <summary>Raised when a document was opened, changed, moved, deleted or released. Comes under its locks, so a listener only takes note.</summary>
    public event Action? Touched;

    public void Touch() => Touched?.Invoke();

    /// <summary>Reads a text file.</summary>
    /// <exception cref="SessionException">There is none, it is too large, or not text.</exception>
    public TextFileState Read(string path)
    {
        try
        {
            var (bytes, version) = files.ReadBytes(path, TextFile.Limit - 1);
            var (text, form) = TextFile.Decode(bytes, path);
            return new TextFileState(DocumentText.From(text), form, version, TextFile.Hash(bytes));
        }
        catch (SessionException e) when (e.Code == ErrorCodes.TooLarge)
        {
            throw TextFile.TooLarge(path);
        }
    }

    /// <summary>The version of a file; null when there is none.</summary>
    public string? VersionOf(string path)
    {
        try
        {
            using var file = files.OpenRead(path, out var stat);
            return stat.Version;
        }
        catch (SessionException e) when (e.Code == ErrorCodes.NotFound)
        {
            return null;
        }
    }

    /// <summary>Writes a text file in place of <paramref name="expected"/>; gives its new version.</summary>
    public string Write(string path, ReadOnlySpan<byte> bytes, string? expected) => files.Write(path, bytes, expected);

    public void Create(string path) => files.Create(path, FileKind.File, null);

    /// <summary>The file that a path leads to, links followed, as a path of its own; the same path where that is not to be told.</summary>
    public string RealPath(string path)
    {
        using var file = files.OpenRead(path, out _);
        var target = RealPaths.Of(file);
        return target.StartsWith(_root, StringComparison.Ordinal) ? target[_root.Length..] : path;
    }
}

namespace Devex.Core.Runtimes.Process;

/// <summary>
/// Where a process of a session finds what lies in folders that its user cannot enter, such as a clone below <c>/root</c>: Core, as root, binds them
/// into a mount namespace of the process's own, below one folder.
/// </summary>
/// <param name="folder">Mount point, empty on the host; null when Core is not root and sessions run as Core's own user.</param>
internal sealed class Stage(string? folder)
{
    private readonly List<(string Source, string Target)> _binds = [];

    public string? Folder => folder;

    /// <summary>Adds a file or folder and returns the path by which the process reaches it.</summary>
    public string Add(string source)
    {
        if (folder is null || source.StartsWith("/usr/", StringComparison.Ordinal))
            return source;
        // Each has a bind of its own, even below another: a folder between the two may be closed to the process's user.
        if (_binds.Find(bind => bind.Source == source) is { Target: { } known })
            return known;
        var target = Path.Combine(folder, $"{_binds.Count}", Path.GetFileName(source));
        _binds.Add((source, target));
        return target;
    }

    /// <summary>For <c>launch.sh</c>.</summary>
    public string Lines => string.Join('\n', _binds.Select(bind => $"{bind.Source}\t{bind.Target}"));
}

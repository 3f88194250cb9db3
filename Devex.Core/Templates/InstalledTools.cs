namespace Devex.Core.Templates;

/// <summary>Finds commands as a shell would.</summary>
internal static class InstalledTools
{
    /// <summary>Those of <paramref name="tools"/> that no folder of <paramref name="path"/> (as in PATH) holds.</summary>
    public static IReadOnlyList<string> Missing(IEnumerable<string> tools, string? path)
    {
        var folders = (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return [.. tools.Where(tool => !folders.Any(folder => File.Exists(Path.Combine(folder, tool))))];
    }
}

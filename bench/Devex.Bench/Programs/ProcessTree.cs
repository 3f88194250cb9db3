using System.Globalization;

namespace Devex.Bench.Programs;

/// <summary>A process and all that descend from it.</summary>
internal static class ProcessTree
{
    public static IReadOnlyList<int> Of(int root)
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? (Id: id, Parent: ParentOf(id)) : default)
            .Where(process => process.Parent is not null)
            .ToLookup(process => process.Parent!.Value, process => process.Id);
        List<int> tree = [root];
        for (var i = 0; i < tree.Count; i++)
            tree.AddRange(children[tree[i]]);
        return tree;
    }

    private static int? ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            // The name in brackets may hold anything.
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended.
            return null;
        }
    }
}

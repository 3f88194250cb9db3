using Devex.Hosting.Dashboard;

namespace Devex.Dashboard.Resources;

internal sealed record GraphNode(ResourceInfo Resource, int X, int Y);

internal sealed record GraphEdge(GraphNode From, GraphNode To, bool WaitsOnly);

/// <summary>Resources in columns: each right of all that it refers to, so that every line runs from right to left.</summary>
internal sealed record GraphLayout(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges, int Width, int Height)
{
    public const int NodeWidth = 168;
    public const int NodeHeight = 56;
    private const int ColumnWidth = 248;
    private const int RowHeight = 84;
    private const int Margin = 16;

    public static GraphLayout Of(IReadOnlyList<ResourceInfo> resources)
    {
        var byName = resources.ToDictionary(resource => resource.Name);
        var columns = new Dictionary<string, int>();
        foreach (var resource in resources)
        {
            Column(resource, byName, columns, []);
        }

        var tallest = resources.GroupBy(resource => columns[resource.Name]).Select(column => column.Count()).DefaultIfEmpty(1).Max();
        var nodes = resources.GroupBy(resource => columns[resource.Name]).SelectMany(column => column.Select((resource, row) =>
            new GraphNode(resource, Margin + (column.Key * ColumnWidth), Margin + (row * RowHeight) + ((tallest - column.Count()) * RowHeight / 2)))).ToArray();
        var edges = nodes.SelectMany(node => node.Resource.References.GroupBy(reference => reference.Resource)
            .Where(same => byName.ContainsKey(same.Key) && columns[same.Key] < columns[node.Resource.Name])
            .Select(same => new GraphEdge(node, nodes.First(other => other.Resource.Name == same.Key), same.All(reference => reference.Type == "WaitFor")))).ToArray();
        return new(nodes, edges, (columns.Values.DefaultIfEmpty(0).Max() * ColumnWidth) + NodeWidth + (2 * Margin), ((tallest - 1) * RowHeight) + NodeHeight + (2 * Margin));
    }

    private static int Column(ResourceInfo resource, Dictionary<string, ResourceInfo> byName, Dictionary<string, int> columns, HashSet<string> path)
    {
        if (columns.TryGetValue(resource.Name, out var known))
        {
            return known;
        }

        // References may go round in a circle; waits may not.
        if (!path.Add(resource.Name))
        {
            return 0;
        }

        var column = resource.References.Where(reference => byName.ContainsKey(reference.Resource))
            .Select(reference => Column(byName[reference.Resource], byName, columns, path) + 1).DefaultIfEmpty(0).Max();
        path.Remove(resource.Name);
        return columns[resource.Name] = column;
    }
}

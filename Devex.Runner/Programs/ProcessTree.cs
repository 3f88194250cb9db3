using System.Globalization;

namespace Devex.Runner.Programs;

/// <summary>Reads /proc.</summary>
internal static class ProcessTree
{
    private const int TicksPerSecond = 100;

    /// <summary>Living descendants of a process; zombies do not live.</summary>
    public static IReadOnlyList<int> DescendantsOf(int ancestor)
    {
        var children = new Dictionary<int, List<Stat>>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Read(pid) is { } stat)
            {
                if (!children.TryGetValue(stat.Parent, out var siblings))
                    children[stat.Parent] = siblings = [];
                siblings.Add(stat);
            }
        }
        var found = new List<int>();
        var open = new Queue<int>([ancestor]);
        while (open.TryDequeue(out var parent))
        {
            foreach (var child in children.GetValueOrDefault(parent, []))
            {
                if (child.State is not ('Z' or 'X'))
                    found.Add(child.Pid);
                open.Enqueue(child.Pid);
            }
        }
        return found;
    }

    /// <summary>Processor time used so far by these processes.</summary>
    public static TimeSpan ProcessorTime(IEnumerable<int> pids) =>
        TimeSpan.FromSeconds(pids.Sum(pid => Read(pid)?.Ticks ?? 0) / (double)TicksPerSecond);

    private static Stat? Read(int pid)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
        // The second field is the program's name in parentheses, and may hold anything.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return new Stat(
            pid, fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture),
            long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture));
    }

    private readonly record struct Stat(int Pid, char State, int Parent, long Ticks);
}

using System.Globalization;

namespace Devex.Runner.Terminals;

/// <summary>The processes of a terminal: its session, in the kernel's sense.</summary>
internal static class SessionProcesses
{
    private const int SessionField = 3;

    /// <summary>Process ids of the session that <paramref name="leader"/> began.</summary>
    public static List<int> Of(int leader)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && SessionOf(folder) == leader)
                found.Add(pid);
        }

        return found;
    }

    private static int SessionOf(string folder)
    {
        try
        {
            // The second field is the program's name in parentheses, and may hold anything.
            var text = File.ReadAllText(folder + "/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[SessionField], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return -1;
        }
        catch (UnauthorizedAccessException)
        {
            return -1;
        }
    }
}

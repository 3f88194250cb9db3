using System.Globalization;

namespace Devex.Hosting.Orchestration;

internal static class Durations
{
    /// <summary>A duration for people: <c>0.4 s</c>, <c>12 s</c>, <c>3 min</c>.</summary>
    public static string Short(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.#} s"),
        { TotalSeconds: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes:0} min"),
    };
}

internal static class ExitCode
{
    private const int SignalBase = 128;

    /// <summary>An exit code in words; by convention one above 128 tells the signal that ended the process.</summary>
    public static string Describe(int exitCode) => (exitCode - SignalBase) switch
    {
        2 => $"with exit code {exitCode} (interrupted)",
        6 => $"with exit code {exitCode} (aborted: an exception nobody handled)",
        9 => $"with exit code {exitCode} (killed)",
        11 => $"with exit code {exitCode} (segmentation fault)",
        15 => $"with exit code {exitCode} (terminated)",
        _ => $"with exit code {exitCode}",
    };
}

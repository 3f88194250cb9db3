namespace Devex.Core.Sessions;

/// <summary>Time until the next try: doubling from a second, five minutes at most.</summary>
internal static class BackOff
{
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    /// <param name="failures">Failures so far, at least one.</param>
    public static TimeSpan After(int failures) =>
        failures > 8 ? Most : TimeSpan.FromSeconds(Math.Min(Most.TotalSeconds, Math.Pow(2, failures)));
}

namespace Devex.Bench.Reporting;

internal static class Statistics
{
    public static double Median(this IReadOnlyCollection<double> values) => values.Quantile(0.5);

    /// <summary>The value below which <paramref name="part"/> of all lie: one that was measured, never one between two.</summary>
    public static double Quantile(this IReadOnlyCollection<double> values, double part) =>
        values.Order().ElementAt((int)Math.Min(values.Count - 1, values.Count * part));
}

namespace Devex.Core.Collection;

/// <summary>
/// Which restore points stay: all of the last hour, the newest of each hour (UTC) for a day, the newest of each day for 30 days, and the newest of all. Done
/// twice it removes nothing more.
/// </summary>
internal static class Thinning
{
    private static readonly TimeSpan All = TimeSpan.FromHours(1);
    private static readonly TimeSpan Hourly = TimeSpan.FromDays(1);
    private static readonly TimeSpan Daily = TimeSpan.FromDays(30);

    /// <summary>Those that go.</summary>
    /// <param name="points">Newest first.</param>
    /// <param name="at">When each was made; never later than the one before it in the list, but for clocks that jumped.</param>
    /// <param name="now">UTC.</param>
    public static IReadOnlyList<T> Remove<T>(IReadOnlyList<T> points, Func<T, DateTimeOffset> at, DateTimeOffset now)
    {
        var removed = new List<T>();
        var (hours, days) = (new HashSet<long>(), new HashSet<long>());
        for (var i = 0; i < points.Count; i++)
        {
            var (age, ticks) = (now - at(points[i]), at(points[i]).UtcTicks);
            // Both are taken by whatever is the newest in them, kept for another reason or not.
            var isFirstOfHour = hours.Add(ticks / TimeSpan.TicksPerHour);
            var isFirstOfDay = days.Add(ticks / TimeSpan.TicksPerDay);
            if (i > 0 && age > All && !(isFirstOfHour && age <= Hourly) && !(isFirstOfDay && age <= Daily))
                removed.Add(points[i]);
        }
        return removed;
    }
}

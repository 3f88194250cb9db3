using CsCheck;
using Devex.Core.Collection;
using Xunit;

namespace Devex.Core.Tests.Collection;

public sealed class ThinningTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 30, 0, TimeSpan.Zero);

    /// <summary>Up to 60 days of points, newest first, no two at once: they are told apart by their times.</summary>
    private static readonly Gen<DateTimeOffset[]> Points = Gen.Int[0, 60 * 24 * 3600].Array[0, 300]
        .Select(ages => ages.Distinct().Order().Select(age => Now - TimeSpan.FromSeconds(age)).ToArray());

    [Fact]
    public void All_of_the_last_hour_hourly_for_a_day_and_daily_for_a_month()
    {
        DateTimeOffset[] points = [.. Enumerable.Range(0, 60 * 24 * 40).Select(minute => Now - TimeSpan.FromMinutes(minute))];

        var kept = points.Except(Thinning.Remove(points, at => at, Now)).ToList();

        Assert.Equal(61, kept.Count(at => Now - at <= TimeSpan.FromHours(1)));
        Assert.Equal(23, kept.Count(at => Now - at > TimeSpan.FromHours(1) && Now - at <= TimeSpan.FromDays(1)));
        Assert.Equal(29, kept.Count(at => Now - at > TimeSpan.FromDays(1)));
        Assert.InRange(Now - kept[^1], TimeSpan.FromDays(29), TimeSpan.FromDays(30));
    }

    [Fact]
    public void The_newest_and_the_last_hour_always_stay() => Points.Sample(points =>
    {
        var removed = Thinning.Remove(points, at => at, Now).ToHashSet();
        return !removed.Any(at => at == points[0] || Now - at <= TimeSpan.FromHours(1));
    });

    [Fact]
    public void Every_hour_of_the_last_day_and_every_day_of_the_last_month_that_had_a_point_still_has_its_newest() => Points.Sample(points =>
    {
        var kept = points.Except(Thinning.Remove(points, at => at, Now)).ToHashSet();
        return points.Where(at => Now - at <= TimeSpan.FromDays(1)).GroupBy(at => at.UtcTicks / TimeSpan.TicksPerHour).All(hour => kept.Contains(hour.Max()))
            && points.Where(at => Now - at <= TimeSpan.FromDays(30)).GroupBy(at => at.UtcTicks / TimeSpan.TicksPerDay).All(day => kept.Contains(day.Max()));
    });

    [Fact]
    public void Thinning_what_was_thinned_removes_nothing() => Points.Sample(points =>
    {
        DateTimeOffset[] once = [.. points.Except(Thinning.Remove(points, at => at, Now))];
        return Thinning.Remove(once, at => at, Now).Count == 0;
    });

    [Fact]
    public void What_is_kept_is_bounded_whatever_came_before_the_last_hour() => Points.Sample(points =>
        points.Except(Thinning.Remove(points, at => at, Now)).Count(at => Now - at > TimeSpan.FromHours(1)) <= 25 + 31);
}

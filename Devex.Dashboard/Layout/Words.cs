using System.Globalization;
using Devex.Hosting.Dashboard;

namespace Devex.Dashboard.Layout;

/// <summary>Times, durations and states for people.</summary>
internal static class Words
{
    public static string Clock(DateTimeOffset at) => at.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    public static string Exact(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture);

    public static string Ago(DateTimeOffset at, DateTimeOffset now) => (now - at) switch
    {
        { TotalSeconds: < 60 } past => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, past.TotalSeconds):0} s ago"),
        { TotalMinutes: < 60 } past => string.Create(CultureInfo.InvariantCulture, $"{past.TotalMinutes:0} min ago"),
        var past => string.Create(CultureInfo.InvariantCulture, $"{past.TotalHours:0} h ago"),
    };

    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalMilliseconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMicroseconds:0} µs"),
        { TotalMilliseconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.0} ms"),
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes:0.0} min"),
    };

    public static string State(ResourceInfo resource) => resource switch
    {
        { State: "Running", Health: "Unhealthy" } => "Running, not healthy",
        { State: "NotStarted" } => "Not started",
        { State: "ValueMissing" } => "Needs a value",
        { State: "Exited", ExitCode: { } code and not 0 } => string.Create(CultureInfo.InvariantCulture, $"Exited ({code})"),
        _ => resource.State,
    };

    /// <summary>One of the tones that the style sheet knows.</summary>
    public static string Tone(ResourceInfo resource) => resource switch
    {
        { State: "Running", Health: "Unhealthy" } or { State: "Waiting" or "ValueMissing" } => "warning",
        { State: "Running" } => "success",
        { State: "Starting" or "Stopping" or "Building" } => "info",
        { State: "Failed to start" } or { Failure: not null } => "danger",
        _ => "muted",
    };

    /// <summary>A number for an axis or a cell.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e9:0.##} G"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.##} M"),
        >= 1e4 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.##} k"),
        0 or >= 0.01 => string.Create(CultureInfo.InvariantCulture, $"{value:0.##}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.##e0}"),
    };
}

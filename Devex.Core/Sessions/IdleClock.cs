using System.Globalization;
using Devex.Contracts.Control;

namespace Devex.Core.Sessions;

/// <summary>When a session has lived long enough.</summary>
internal static class IdleClock
{
    /// <summary>An editor is connected, somebody types, or a program works.</summary>
    public static bool IsBusy(SessionStatus status) => status.Clients > 0 || status.Busy.Count > 0;

    /// <summary>When it has run for as long as it may, busy or not; null without a limit, and before it runs.</summary>
    public static DateTimeOffset? EndsAt(SessionRecord record, SessionsOptions options) =>
        record.Phase is SessionPhase.Running && record.ReadyAt is { } ready && options.MaximumLifetime is { } most ? ready + most : null;

    /// <summary>Why the session ends now, for people; null when it does not.</summary>
    public static string? Expired(SessionRecord record, SessionStatus status, SessionsOptions options, DateTimeOffset now)
    {
        if (EndsAt(record, options) <= now && options.MaximumLifetime is { } most)
            return string.Create(CultureInfo.InvariantCulture, $"it ran for {most.TotalMinutes:0} minutes, the most that is allowed");
        if (options.IdleTimeout <= TimeSpan.Zero || IsBusy(status))
            return null;
        // What a session says of itself is believed only as far as now: it may not keep itself alive for ever.
        var told = status.LastActivityAt < now ? status.LastActivityAt : now;
        var last = record.BusyAt > told ? record.BusyAt.Value : told;
        return now - last >= options.IdleTimeout
            ? string.Create(CultureInfo.InvariantCulture, $"nothing happened for {options.IdleTimeout.TotalMinutes:0} minutes")
            : null;
    }
}

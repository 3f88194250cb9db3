using System.Globalization;
using Devex.Contracts.Api;
using Devex.Contracts.Control;

namespace Devex.Core.Sessions;

/// <summary>When a session has lived long enough.</summary>
internal static class IdleClock
{
    /// <summary>An editor is connected, somebody types, or a program works.</summary>
    public static bool IsBusy(SessionStatus status) => status.Clients > 0 || status.Busy.Count > 0;

    private static readonly string[] Reasons = ["editor", "terminal", "process"];

    /// <summary>What keeps it running, in the words of <see cref="IdleState.KeptBy"/>. A session runs beside its users' programs: words of its own are not passed on.</summary>
    public static IReadOnlyList<string> KeptBy(SessionStatus status)
    {
        string[] known = [.. Reasons.Where(reason => status.Busy.Contains(reason, StringComparer.Ordinal))];
        return status.Clients > 0 && !known.Contains("editor") ? [.. known, "viewer"] : known.Length == 0 && IsBusy(status) ? ["process"] : known;
    }

    /// <summary>When it was busy last. What a session says of itself is believed only as far as now: it may not keep itself alive for ever.</summary>
    public static DateTimeOffset LastBusy(SessionRecord record, SessionStatus status, DateTimeOffset now)
    {
        var told = IsBusy(status) || status.LastActivityAt > now ? now : status.LastActivityAt;
        return record.BusyAt > told ? record.BusyAt.Value : told;
    }

    /// <summary>The clock as people see it; null when there is none.</summary>
    public static IdleState? View(SessionRecord record, SessionsOptions options)
    {
        var timeout = options.IdleTimeoutOf(record.Owner);
        if (record.Phase is not SessionPhase.Running || timeout <= TimeSpan.Zero)
            return null;
        var keptBy = record.KeptBy ?? [];
        return new IdleState((int)timeout.TotalSeconds, keptBy.Count == 0 ? record.BusyAt + timeout : null, keptBy);
    }

    /// <summary>When it has run for as long as it may, busy or not; null without a limit, and before it runs.</summary>
    public static DateTimeOffset? EndsAt(SessionRecord record, SessionsOptions options) =>
        record.Phase is SessionPhase.Running && record.ReadyAt is { } ready && options.MaximumLifetimeOf(record.Owner) is { } most ? ready + most : null;

    /// <summary>Why the session ends now, for people; null when it does not.</summary>
    public static string? Expired(SessionRecord record, SessionStatus status, SessionsOptions options, DateTimeOffset now)
    {
        if (EndsAt(record, options) <= now && options.MaximumLifetimeOf(record.Owner) is { } most)
            return string.Create(CultureInfo.InvariantCulture, $"it ran for {most.TotalMinutes:0} minutes, the most that is allowed");
        var timeout = options.IdleTimeoutOf(record.Owner);
        return timeout > TimeSpan.Zero && !IsBusy(status) && now - LastBusy(record, status, now) >= timeout
            ? string.Create(CultureInfo.InvariantCulture, $"nothing happened for {timeout.TotalMinutes:0} minutes")
            : null;
    }
}

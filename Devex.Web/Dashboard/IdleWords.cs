using Devex.Contracts.Api;

namespace Devex.Web.Dashboard;

/// <summary>The clock of a session that ends when nobody uses it, for people.</summary>
internal static class IdleWords
{
    /// <summary>E.g. <c>in use</c>, <c>stops in 12 min</c>, <c>stops soon</c>.</summary>
    public static string Of(IdleState idle, DateTimeOffset now) => idle.StopsAt is not { } at ? "in use"
        : (at - now).TotalMinutes < 1 ? "stops soon"
        : $"stops in {For(at - now)}";

    /// <summary>Why.</summary>
    public static string Reason(IdleState idle) => idle.StopsAt is null
        ? $"Kept running by {string.Join(" and ", idle.KeptBy.Select(Word))}. It stops, with everything saved, {For(TimeSpan.FromSeconds(idle.AfterSeconds))} after that."
        : "Nobody has it open and nothing works in it. It stops with everything saved; opening it keeps it running.";

    private static string Word(string reason) => reason switch
    {
        "editor" => "a person who has it open",
        "viewer" => "a guest who watches",
        "terminal" => "a program in a terminal",
        _ => "a program that works",
    };

    private static string For(TimeSpan time) => time.TotalHours >= 2 ? $"{(int)time.TotalHours} h" : $"{(int)Math.Ceiling(time.TotalMinutes)} min";
}

using Devex.Contracts.Api;

namespace Devex.Core.Sessions;

/// <summary>The waterfall of a start or stop, built stage by stage.</summary>
internal static class ProgressStages
{
    public static SessionProgress Begin(string session, ProgressKind kind, string stage, DateTimeOffset now) =>
        new(session, kind, now, [new ProgressStage(stage, now, null)]);

    /// <summary>Ends the stage under way and begins the next; entering the stage under way again changes nothing.</summary>
    public static SessionProgress Enter(this SessionProgress progress, string stage, DateTimeOffset now) =>
        progress.Stages is [.., { EndedAt: null } last] && last.Name == stage
            ? progress
            : progress with { Stages = [.. Ended(progress, now), new ProgressStage(stage, now, null)] };

    /// <summary>What a restore tells comes before its pod's status says that it runs.</summary>
    public static SessionProgress Reach(this SessionProgress progress, string stage, DateTimeOffset now) =>
        progress is { Kind: ProgressKind.Start, Stages: [.., { EndedAt: null, Name: "scheduling" or "waitingForRoom" or "pulling" or "waitingForSave" }] } && stage == "restoring"
            ? progress.Enter(stage, now)
            : progress;

    /// <summary>Ends the stage under way; the last stage of a waterfall takes no time.</summary>
    public static SessionProgress Finish(this SessionProgress progress, string stage, DateTimeOffset now) =>
        progress with { Stages = [.. Ended(progress, now), new ProgressStage(stage, now, now)] };

    public static SessionProgress Fail(this SessionProgress progress, string why, DateTimeOffset now) =>
        progress.Stages is [.., { EndedAt: null } last]
            ? progress with { Stages = [.. progress.Stages.SkipLast(1), last with { EndedAt = now, Failed = why }] }
            : progress;

    /// <summary>Bytes of the stage under way, if it has that name.</summary>
    public static SessionProgress Count(this SessionProgress progress, string stage, long done, long total) =>
        progress.Stages is [.., { EndedAt: null } last] && last.Name == stage
            ? progress with { Stages = [.. progress.Stages.SkipLast(1), last with { Done = done, Total = total }] }
            : progress;

    private static IEnumerable<ProgressStage> Ended(SessionProgress progress, DateTimeOffset now) =>
        progress.Stages.Select(stage => stage.EndedAt is null ? stage with { EndedAt = now } : stage);
}

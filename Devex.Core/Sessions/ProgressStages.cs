using Devex.Contracts.Api;
using Devex.Contracts.Snapshots;

namespace Devex.Core.Sessions;

/// <summary>The waterfall of a start or stop, built stage by stage.</summary>
internal static class ProgressStages
{
    private const string StorageAway = "S3 does not answer. It is asked again and again, and nothing is lost.";

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
            ? progress.Replace(last with { EndedAt = now, Failed = why, Waiting = null })
            : progress;

    /// <summary>What its session tells of the stage under way, if it has that name.</summary>
    public static SessionProgress Count(this SessionProgress progress, ProgressReport report) =>
        progress.Stages is [.., { EndedAt: null } last] && last.Name == report.Stage
            ? progress.Replace(last with
            {
                Done = report.Total > 0 ? report.Done : null,
                Total = report.Total > 0 ? report.Total : null,
                Waiting = report.Waits ? StorageAway : null,
            })
            : progress;

    /// <summary>The stage under way cannot go on until S3 answers.</summary>
    public static SessionProgress Wait(this SessionProgress progress) =>
        progress.Stages is [.., { EndedAt: null } last] ? progress.Replace(last with { Waiting = StorageAway }) : progress;

    /// <summary>The stage under way waits no more.</summary>
    public static SessionProgress GoOn(this SessionProgress progress) =>
        progress.Stages is [.., { EndedAt: null } last] ? progress.Replace(last with { Waiting = null }) : progress;

    private static SessionProgress Replace(this SessionProgress progress, ProgressStage last) => progress with { Stages = [.. progress.Stages.SkipLast(1), last] };

    private static IEnumerable<ProgressStage> Ended(SessionProgress progress, DateTimeOffset now) =>
        progress.Stages.Select(stage => stage.EndedAt is null ? stage with { EndedAt = now, Waiting = null } : stage);
}

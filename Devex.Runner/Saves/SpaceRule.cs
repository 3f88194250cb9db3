using Devex.Contracts.Protocol;

namespace Devex.Runner.Saves;

/// <summary>What is done about programs that go on writing.</summary>
internal enum SpaceVerdict
{
    /// <summary>Nothing.</summary>
    Fine,

    /// <summary>They are ended; shells that people have open stay, to delete in.</summary>
    EndPrograms,

    /// <summary>Everything is ended, shells too: one of them went on.</summary>
    EndAll,
}

/// <summary>
/// Says when programs are ended because of the room that they take: at one and a half times what may be kept. From 100 % on nothing new is saved, and <c>serve</c> takes nothing more; programs go
/// on writing to the machine's own disk, which others need too, and at twice of it a pod is evicted. Who has been ended is ended again only when the workspace has grown since, so that deleting is never
/// in the way of this.
/// </summary>
internal sealed class SpaceRule
{
    /// <summary>Where other REPLs have taken the room, this one may have none: its programs are not ended for what they hardly use.</summary>
    private const long LeastOver = 1_000_000_000;

    private long _endedAt;

    /// <summary>Whether something was ended, and there is no room yet.</summary>
    public bool Ended => _endedAt > 0;

    /// <summary>Where programs are ended, bytes.</summary>
    public static long HardLimit(SpaceUsage usage) => usage.MaxBytes + (usage.Whole ? Math.Max(usage.MaxBytes / 2, LeastOver) : usage.MaxBytes / 2);

    public SpaceVerdict Look(SpaceUsage? usage)
    {
        if (usage is null || usage.Bytes < usage.MaxBytes)
        {
            _endedAt = 0;
            return SpaceVerdict.Fine;
        }
        if (usage.Bytes < HardLimit(usage) || usage.Bytes <= _endedAt)
            return SpaceVerdict.Fine;
        var again = _endedAt > 0;
        _endedAt = usage.Bytes;
        return again ? SpaceVerdict.EndAll : SpaceVerdict.EndPrograms;
    }
}

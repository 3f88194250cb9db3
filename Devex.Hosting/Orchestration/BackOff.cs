namespace Devex.Hosting.Orchestration;

/// <summary>How long to wait before a crashed process starts again: 1 s, doubled each time up to 30 s, from the start again after a minute up.</summary>
internal sealed class BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(60);
    private TimeSpan _next = First;

    public TimeSpan Next(TimeSpan up)
    {
        if (up >= Enough)
        {
            _next = First;
        }

        var delay = _next;
        _next = delay * 2 < Longest ? delay * 2 : Longest;
        return delay;
    }
}

using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Programs;
using Devex.Runner.Sessions;
using Devex.Runner.Terminals;

namespace Devex.Runner.Saves;

/// <summary>Ends the user's programs where <see cref="SpaceRule"/> says so. What the saver counts may be forged by them: then they end themselves, or are ended with the disk.</summary>
internal sealed partial class SpaceWarden(SavesFile saves, TerminalStore terminals, ProgramTable programs, TimeProvider time, ILogger<SpaceWarden> logger) : ISessionFeature, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _over = new();
    private readonly SpaceRule _rule = new();

    /// <summary>What people are told while programs were ended and there is no room yet; else null.</summary>
    public string? Words { get; private set; }

    public void Register(MethodTable methods, RouteTable routes) => _ = WatchAsync();

    public Task StopAsync(CancellationToken cancellation) => _over.CancelAsync();

    public void Dispose() => _over.Dispose();

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token))
                await LookAsync(saves.Read().Usage);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task LookAsync(SpaceUsage? usage)
    {
        var verdict = _rule.Look(usage);
        if (!_rule.Ended)
            Words = null;
        if (verdict is SpaceVerdict.Fine)
            return;
        LogEnding(usage!.Bytes, usage.MaxBytes);
        Words = $"Programs were ended: the files of this REPL take {SpaceGuard.Amount(usage.Bytes)}, and {SpaceGuard.Amount(usage.MaxBytes)} can be kept. Delete something in a terminal; what is new is not saved until then.";
        HashSet<int> spared = verdict is SpaceVerdict.EndAll ? [] : [.. terminals.All.Where(terminal => terminal.Kind is TerminalKind.Shell).Select(terminal => terminal.Pid)];
        await programs.EndAsync([.. ProgramTable.Descendants().Where(pid => !spared.Contains(pid))]);
    }

    [LoggerMessage(1, LogLevel.Warning, "The user's programs are ended: {Bytes} bytes are used, and {MaxBytes} may be kept.")]
    private partial void LogEnding(long bytes, long maxBytes);
}

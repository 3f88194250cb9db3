namespace Devex.Core.Tests.Sessions;

/// <summary>
/// Kills Core in the middle: the n-th call that leaves the engine cancels everything, before it has its effect or after. Nothing of that engine runs on.
/// </summary>
internal sealed class Crash(int call, bool after)
{
    private int _calls;

    public CancellationTokenSource Killed { get; } = new();

    /// <summary>Whether the run was long enough to be cut off.</summary>
    public bool Happened => Killed.IsCancellationRequested;

    public static Crash Never => new(int.MaxValue, false);

    public async Task<T> AroundAsync<T>(Func<Task<T>> effect)
    {
        Killed.Token.ThrowIfCancellationRequested();
        var now = Interlocked.Increment(ref _calls) == call;
        if (now && !after)
            await KillAsync();
        var result = await effect();
        if (now)
            await KillAsync();
        return result;
    }

    public Task AroundAsync(Func<Task> effect) => AroundAsync(async () =>
    {
        await effect();
        return true;
    });

    private async Task KillAsync()
    {
        await Killed.CancelAsync();
        Killed.Token.ThrowIfCancellationRequested();
    }
}

namespace Devex.Runner.Snapshots;

/// <summary>Tries again, 0.2 to 10 s apart, for as long as Core or S3 is out of reach.</summary>
internal static class Retry
{
    public static async Task<T> ForeverAsync<T>(Func<Task<T>> action, TimeProvider time, CancellationToken cancellationToken, Action<string>? failed = null)
    {
        for (var delay = TimeSpan.FromMilliseconds(200); ; delay = delay * 2 < Longest ? delay * 2 : Longest)
        {
            try
            {
                return await action();
            }
            catch (OutOfReachException e)
            {
                await Console.Error.WriteLineAsync($"{e.Message} Trying again.");
                failed?.Invoke(e.Message);
            }
            // Many sessions lose the same Core at the same time; they must not come back at the same time.
            await Task.Delay(delay * (0.5 + Random.Shared.NextDouble() / 2), time, cancellationToken);
        }
    }

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
}

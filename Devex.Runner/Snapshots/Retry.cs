namespace Devex.Runner.Snapshots;

/// <summary>Told of what is tried again.</summary>
internal interface IRetries
{
    /// <summary>Core or S3 did not answer.</summary>
    void Failed(string why);

    /// <summary>What had failed has succeeded.</summary>
    void Succeeded();
}

/// <summary>Tries again, 0.2 to 10 s apart, for as long as Core or S3 is out of reach.</summary>
internal static class Retry
{
    public static async Task<T> ForeverAsync<T>(Func<Task<T>> action, TimeProvider time, CancellationToken cancellationToken, IRetries? retries = null)
    {
        for (var delay = Shortest; ; delay = delay * 2 < Longest ? delay * 2 : Longest)
        {
            try
            {
                var result = await action();
                if (delay > Shortest)
                    retries?.Succeeded();
                return result;
            }
            catch (OutOfReachException e)
            {
                await Console.Error.WriteLineAsync($"{e.Message} Trying again.");
                retries?.Failed(e.Message);
            }
            // Many sessions lose the same Core at the same time; they must not come back at the same time.
            await Task.Delay(delay * (0.5 + Random.Shared.NextDouble() / 2), time, cancellationToken);
        }
    }

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
}

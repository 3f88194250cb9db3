namespace Devex.Contracts.Connections;

/// <summary>The same thing tried several times at once, where one attempt may hang and the next need not.</summary>
internal static class Attempts
{
    /// <summary>
    /// The result of the attempt that succeeds first. Another begins whenever none has ended for <paramref name="beside"/>, <paramref name="atMost"/> in all; one that fails
    /// is not repeated. The others are cancelled, and disposed of where they succeed nevertheless.
    /// </summary>
    /// <exception cref="Exception">Every attempt that was begun failed: what the last one failed by.</exception>
    public static async Task<T> FirstAsync<T>(Func<CancellationToken, Task<T>> attempt, TimeSpan beside, int atMost, TimeProvider time, CancellationToken cancellationToken)
        where T : IDisposable
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<T>>();
        var begun = 0;
        Task<T>? ended = null;
        try
        {
            while (true)
            {
                if (ended is null)
                {
                    running.Add(attempt(others.Token));
                    begun++;
                }

                ended = await EndedAsync(running, begun < atMost ? beside : Timeout.InfiniteTimeSpan, time, cancellationToken);
                if (ended is not null)
                {
                    running.Remove(ended);
                    if (ended.IsCompletedSuccessfully || running.Count == 0)
                    {
                        return await ended;
                    }
                }
            }
        }
        finally
        {
            await others.CancelAsync();
            running.ForEach(DisposeOf);
        }
    }

    /// <summary>One that has ended; null when none has for a while.</summary>
    private static async Task<Task<T>?> EndedAsync<T>(List<Task<T>> running, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.WhenAny(running).WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static void DisposeOf<T>(Task<T> attempt)
        where T : IDisposable => _ = attempt.ContinueWith(
            ended =>
            {
                if (ended.IsCompletedSuccessfully)
                {
                    ended.Result.Dispose();
                }
                else
                {
                    _ = ended.Exception;
                }
            }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}

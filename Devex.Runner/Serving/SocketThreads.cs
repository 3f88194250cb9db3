namespace Devex.Runner.Serving;

/// <summary>
/// Has what comes over a socket handled by the thread that was told of it, and not by one of the pool that it wakes for that: a keystroke then passes through
/// <c>serve</c> without a change of threads. What may take longer than such a change goes to the pool by itself: requests that are no WebSockets, methods, long frames, those who come and go, language servers.
/// </summary>
internal static class SocketThreads
{
    /// <summary>Two, so that one which is held up holds up half of the connections and not all.</summary>
    private const string Count = "2";

    // Unlike the pool's own it is kept over an await.
    private static readonly TaskScheduler Pool = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, maxConcurrencyLevel: -1).ConcurrentScheduler;

    /// <summary>Before the first socket. What .NET reads from its environment once is no setting of it; programs of the session get an environment of their own.</summary>
    public static void Use()
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", Count);
    }

    /// <summary>Does what may wait for a disk, a program or a lock on the pool, and goes on there after whatever it awaits.</summary>
    public static Task OnPoolAsync(Func<Task> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, Pool).Unwrap();
}

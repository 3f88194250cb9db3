namespace Devex.Runner.Serving;

/// <summary>
/// Has what comes over a socket handled by the thread that was told of it, and not by one of the pool that it wakes for that: a keystroke then passes through
/// <c>serve</c> without a change of threads. What may take longer than such a change goes to the pool by itself: requests that are no WebSockets, methods, long frames.
/// </summary>
internal static class SocketThreads
{
    /// <summary>Two, so that one which is held up holds up half of the connections and not all.</summary>
    private const string Count = "2";

    /// <summary>Runs on the pool, and so does what is awaited there.</summary>
    public static TaskScheduler Pool { get; } = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, maxConcurrencyLevel: -1).ConcurrentScheduler;

    /// <summary>Before the first socket. What .NET reads from its environment once is no setting of it; programs of the session get an environment of their own.</summary>
    public static void Use()
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", Count);
    }
}

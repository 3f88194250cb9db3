using System.Threading.Channels;

namespace Devex.Hosting.Processes;

/// <summary>
/// The one thread that starts processes. The kernel's parent-death signal is sent when the *thread* that forked ends, so
/// no thread of the pool, which may be retired at any time, can be a parent.
/// </summary>
internal static class SpawnThread
{
    private static readonly Channel<Action> Work = Channel.CreateUnbounded<Action>(new() { SingleReader = true });

    static SpawnThread() => new Thread(Run) { IsBackground = true, Name = "spawn" }.Start();

    /// <summary>Runs the action on that thread and passes on its exception.</summary>
    public static Task RunAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Writer.TryWrite(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    private static void Run()
    {
        while (Work.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (Work.Reader.TryRead(out var action))
            {
                action();
            }
        }
    }
}

using System.Collections.Concurrent;

namespace Devex.Testing;

/// <summary>
/// Starts child processes on one thread that lives as long as the test run: Linux sends a child its parent-death
/// signal when the <em>thread</em> that started it ends, and pool threads end whenever they are idle.
/// </summary>
internal static class ParentThread
{
    private static readonly BlockingCollection<Action> Work = [];

    static ParentThread()
    {
        var thread = new Thread(() =>
        {
            foreach (var action in Work.GetConsumingEnumerable()) action();
        })
        { IsBackground = true, Name = "starts test programs" };
        thread.Start();
    }

    public static void Run(Action action)
    {
        var done = new TaskCompletionSource();
        Work.Add(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
#pragma warning disable CA1031 // Whatever it was, the caller gets it.
            catch (Exception e)
            {
                done.SetException(e);
            }
#pragma warning restore CA1031
        });
        done.Task.GetAwaiter().GetResult();
    }
}

using System.Collections.Concurrent;

namespace Devex.Core.Runtimes.Process;

/// <summary>
/// Tells when processes end, children of ours or not: one thread sleeps in <c>poll</c> on a pidfd for each. Where the kernel has none, the
/// process is looked at a few times a second.
/// </summary>
internal sealed class ProcessExits : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<(int Descriptor, TaskCompletionSource Ended)> _added = new();
    private readonly int _signal = OperatingSystem.IsLinux() ? Native.CreateSignal() : -1;
    private readonly Thread? _thread;
    private volatile bool _disposed;

    public ProcessExits()
    {
        if (_signal < 0)
            return;
        _thread = new Thread(Run) { IsBackground = true, Name = "waits for session processes" };
        _thread.Start();
    }

    /// <summary>Completes when the process has ended; at once when it has already.</summary>
    public async Task WaitAsync(ProcessIdentity process, CancellationToken cancellationToken)
    {
        var descriptor = _signal < 0 ? -1 : Native.OpenProcess(process.Pid);
        // The descriptor names whatever has the number now: only if the process is alive after it was opened is it the one meant.
        if (descriptor >= 0 && process.IsAlive)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _added.Enqueue((descriptor, ended));
            Native.Signal(_signal);
            await ended.Task.WaitAsync(cancellationToken);
            return;
        }
        if (descriptor >= 0)
            _ = Native.Close(descriptor);
        while (process.IsAlive)
            await Task.Delay(Look, cancellationToken);
    }

    public void Dispose()
    {
        _disposed = true;
        if (_signal < 0)
            return;
        Native.Signal(_signal);
        _thread?.Join();
        _ = Native.Close(_signal);
    }

    private void Run()
    {
        var waiting = new List<(int Descriptor, TaskCompletionSource Ended)>();
        while (!_disposed)
        {
            var readable = Native.WaitReadable([_signal, .. waiting.Select(wait => wait.Descriptor)]);
            for (var i = readable.Length - 1; i > 0; i--)
            {
                if (!readable[i])
                    continue;
                _ = Native.Close(waiting[i - 1].Descriptor);
                waiting[i - 1].Ended.SetResult();
                waiting.RemoveAt(i - 1);
            }
            if (readable[0])
                Native.Drain(_signal);
            while (_added.TryDequeue(out var added))
                waiting.Add(added);
        }
        foreach (var (descriptor, ended) in waiting)
        {
            _ = Native.Close(descriptor);
            ended.TrySetCanceled();
        }
    }
}

using System.Runtime.InteropServices;

namespace Devex.Runner.Programs;

/// <summary>
/// The user's programs: what <c>serve</c> started and everything those left behind. <c>serve</c> adopts orphans
/// (PR_SET_CHILD_SUBREAPER), so that its descendants are exactly the user's programs, however they were started or detached, with or
/// without a pid namespace. Hence it also collects every child that ends, and nobody else in this process may wait for children.
/// </summary>
internal sealed class ProgramTable : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<int, TaskCompletionSource<int>> _started = [];
    private readonly PosixSignalRegistration? _childEnded;
    private long _lastLook;
    private TimeSpan _lastUsed;

    public ProgramTable(TimeProvider time)
    {
        _time = time;
        ProcessCalls.AdoptOrphans();
        if (!OperatingSystem.IsWindows())
            _childEnded = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => Collect());
    }

    /// <summary>Starts a program. <paramref name="spawn"/> starts a child process and returns its pid, or throws.</summary>
    /// <returns>The program; <see cref="StartedProgram.Exited"/> completes with the exit code, 128 + n for signal n.</returns>
    public StartedProgram Start(Func<int> spawn)
    {
        // A child may end before its pid is known here; collecting waits meanwhile.
        lock (_gate)
        {
            var pid = spawn();
            var exited = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            _started[pid] = exited;
            return new StartedProgram(pid, exited.Task);
        }
    }

    /// <summary>Process ids of the user's programs at this moment.</summary>
    public static IReadOnlyList<int> Descendants() => ProcessTree.DescendantsOf(Environment.ProcessId);

    /// <summary>HUP and TERM to all of the user's programs, KILL to those left after five seconds; ends when none is left.</summary>
    public async Task EndAsync()
    {
        EndGently(Descendants());
        var started = _time.GetTimestamp();
        while (Descendants() is { Count: > 0 } left)
        {
            var passed = _time.GetElapsedTime(started);
            if (passed > Grace)
            {
                // Again and again, since a program may start another between the look and the signal; but not for ever,
                // since one that waits in the kernel, or is another user's, takes no signal.
                foreach (var pid in left)
                    ProcessCalls.Signal(pid, ProcessCalls.Kill);
            }
            if (passed > GiveUp)
                return;
            await Task.Delay(Look, _time);
        }
    }

    /// <summary>The same for some of them, and for nothing that is started meanwhile.</summary>
    public async Task EndAsync(IReadOnlyCollection<int> pids)
    {
        EndGently(pids);
        var started = _time.GetTimestamp();
        while (Descendants().Intersect(pids).ToList() is { Count: > 0 } left && _time.GetElapsedTime(started) <= GiveUp)
        {
            if (_time.GetElapsedTime(started) > Grace)
                left.ForEach(pid => ProcessCalls.Signal(pid, ProcessCalls.Kill));
            await Task.Delay(Look, _time);
        }
    }

    private static void EndGently(IEnumerable<int> pids)
    {
        foreach (var pid in pids)
        {
            ProcessCalls.Signal(pid, ProcessCalls.Hangup);
            ProcessCalls.Signal(pid, ProcessCalls.Terminate);
            // A stopped program takes its signals only when it goes on.
            ProcessCalls.Signal(pid, ProcessCalls.Continue);
        }
    }

    /// <summary>Whether the user's programs used over a twentieth of one processor since this was last asked.</summary>
    public bool IsBusy()
    {
        lock (_gate)
        {
            var (now, used) = (_time.GetTimestamp(), ProcessTree.ProcessorTime(Descendants()));
            var busy = _lastLook != 0 && used - _lastUsed > _time.GetElapsedTime(_lastLook, now) / 20;
            (_lastLook, _lastUsed) = (now, used);
            return busy;
        }
    }

    private void Collect()
    {
        lock (_gate)
        {
            while (ProcessCalls.TryCollect(out var pid, out var exitCode))
            {
                if (_started.Remove(pid, out var exited))
                    exited.SetResult(exitCode);
            }
        }
    }

    public void Dispose() => _childEnded?.Dispose();
}

/// <summary>A program that <c>serve</c> started.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="Exited">Completes with the exit code, 128 + n for signal n.</param>
internal sealed record StartedProgram(int Pid, Task<int> Exited);

namespace Devex.Runner.Terminals;

/// <summary>
/// The pump: (1) wait until there is output, room for input, or a wake-up; (2) move input; (3) move output into the log, as long
/// as some driver keeps up; (4) tell the watchers; (5) once the program has ended and its last output is in, end.
/// </summary>
internal sealed partial class Terminal
{
    private const int StackSize = 512 << 10;

    // So little output is somebody typing: the pump itself carries it into the sockets.
    private const int Interactive = 1024;

    // Read at most this much before watchers are told, so that a flood is shown while it comes.
    private const int Turn = 64 << 10;

    // After the program itself has ended, others may still hold its terminal open. Their output belongs to it for so long.
    private const int Afterwards = 100;
    private const int LongestAfterwards = 1000;

    private void RunPump()
    {
        _ = _program.Exited.ContinueWith((_, state) => ((WakeUp)state!).Set(), _wakeUp, TaskScheduler.Default);
        new Thread(Pump, StackSize) { IsBackground = true, Name = $"terminal {Id}" }.Start();
    }

    private unsafe void Pump()
    {
        var entries = stackalloc PollEntry[2];
        var (open, quiet, exitedAt) = (true, false, 0L);
        while (true)
        {
            // 1
            var exited = _program.Exited.IsCompleted;
            var flow = open && Flows();
            var events = (short)((flow ? PollEntry.Input : 0) | (open && _input.Any ? PollEntry.Output : 0));
            entries[0] = new PollEntry { Descriptor = events == 0 ? -1 : _pty.Descriptor, Events = events };
            entries[1] = new PollEntry { Descriptor = _wakeUp.Descriptor, Events = PollEntry.Input };
            if (exited && (!open || quiet)) break;
            var happened = PtyCalls.Poll(entries, 2, exited && flow ? Afterwards : flow ? -1 : UntilGivenUp());
            if (happened < 0) continue;
            if (entries[1].Happened != 0) _wakeUp.Clear();

            // 2
            if ((entries[0].Happened & PollEntry.Output) != 0) _input.Flush();

            // 3, 4
            var read = 0;
            if (flow && (entries[0].Happened & ~PollEntry.Output) != 0) open = ReadTurn(out read);
            if (read > 0)
            {
                _spoke.TrySetResult();
                Tell(here: read <= Interactive);
            }

            // 5
            if (!exited || !flow) exitedAt = 0;
            else if (exitedAt == 0) exitedAt = Environment.TickCount64;
            quiet = exitedAt != 0 && (happened == 0 || Environment.TickCount64 - exitedAt > LongestAfterwards);
        }

        _input.Close();
        _pty.Dispose();
        _ended.SetResult(_program.Exited.Result);
        _wakeUp.Close();
        Tell();
    }

    private bool ReadTurn(out int total)
    {
        for (total = 0; total < Turn;)
        {
            var read = _pty.Read(Output.Room());
            if (read < 0) return false;
            if (read == 0) return true;
            Output.Commit(read);
            total += read;
        }

        return true;
    }

    /// <summary>How long to wait for a driver who left; -1 where output waits for one who is there.</summary>
    private int UntilGivenUp() =>
        _watchers.Any(watcher => watcher.Drives) || Volatile.Read(ref _absent) is not { } absent ? -1 : (int)Math.Max(0, absent.Until - Environment.TickCount64);

    /// <summary>Whether output is read: somebody drives and keeps up, or nobody drives.</summary>
    private bool Flows()
    {
        var (drivers, newest, room) = (0, 0L, MostAhead);
        foreach (var watcher in _watchers)
        {
            if (!watcher.Drives) continue;
            drivers++;
            if (drivers == 1 || watcher.Acknowledged > newest) (newest, room) = (watcher.Acknowledged, watcher.Room);
        }

        if (drivers == 0 && Volatile.Read(ref _absent) is { } absent && absent.Until > Environment.TickCount64)
        {
            drivers = 1;
            newest = absent.Acknowledged;
        }

        var behind = Output.End - newest;
        var paused = drivers > 0 && behind > (_paused ? room / 4 : room);
        if (paused == _paused) return !paused;
        Interlocked.Exchange(ref _paused, paused);

        // An acknowledgement between the look and the mark would have woken nobody: look again.
        return paused ? Flows() : true;
    }
}

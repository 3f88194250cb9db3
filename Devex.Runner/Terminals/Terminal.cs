using System.Collections.Immutable;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Programs;

namespace Devex.Runner.Terminals;

/// <summary>
/// A program on a pseudo-terminal, its output, and everybody who watches. One thread of its own
/// (Terminal.Pump.cs) reads and, when the program is slow to take it, writes; everything else only wakes that thread.
/// It outlives connections and ends with its program.
/// </summary>
internal sealed partial class Terminal
{
    /// <summary>The pump stops reading while every driver is further behind than this, unless they ask for less; it goes on once one is closer than a quarter of it.</summary>
    public const int MostAhead = 512 << 10;

    /// <summary>Less than this is not asked for: output would come in drops.</summary>
    public const int LeastAhead = 64 << 10;

    /// <summary>
    /// Before the first driver comes, and after the last has left, output waits for them for so long, milliseconds: a browser
    /// that connects or reconnects misses nothing. Then the program runs on by itself.
    /// </summary>
    private const int Absence = 10_000;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Pty _pty;
    private readonly StartedProgram _program;
    private readonly TimeProvider _time;
    private readonly WakeUp _wakeUp = new();
    private readonly InputQueue _input;
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _spoke = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private ImmutableArray<TerminalWatcher> _watchers = [];
    private TerminalWatcher? _lastDriver;
    private Absent? _absent = new(0, Environment.TickCount64 + Absence);
    private bool _paused;

    private Terminal(string id, TerminalKind kind, string title, (int Columns, int Rows) size, Pty pty, StartedProgram program, TimeProvider time)
    {
        (Id, Kind, Title, Size) = (id, kind, title, size);
        (_pty, _program, _time) = (pty, program, time);
        _input = new InputQueue(pty, _wakeUp);
    }

    public string Id { get; }

    public TerminalKind Kind { get; }

    /// <summary>Of its program.</summary>
    public int Pid => _program.Pid;

    public string Title { get; private set; }

    /// <summary>Whether a person gave the title.</summary>
    public bool Named { get; private set; }

    public (int Columns, int Rows) Size { get; private set; }

    /// <summary>Whose input came last; null before anybody's.</summary>
    public Grant? Typist { get; private set; }

    public OutputLog Output { get; } = new();

    public InputCounts Inputs { get; } = new();

    /// <summary>Completes with the exit code, 128 + n for signal n, after the last byte of output.</summary>
    public Task<int> Ended => _ended.Task;

    /// <summary>Completes with the first byte of output: of a shell, its prompt. Never, when it ends without a word.</summary>
    public Task Spoke => _spoke.Task;

    public TerminalInfo Info => new(Id, Kind, Title, Size.Columns, Size.Rows, Ended.IsCompletedSuccessfully ? Ended.Result : null, Named);

    /// <summary>Whether something other than the shell has the keyboard.</summary>
    public bool HasForegroundProgram => !Ended.IsCompleted && _pty.ForegroundGroup() is var group && group > 0 && (group != _program.Pid || Kind == TerminalKind.Run);

    /// <summary>Gives it a title; null gives it back to the programs.</summary>
    public void Rename(string? title) => (Title, Named) = (title ?? "bash", title is not null);

    /// <summary>Starts <paramref name="command"/> in a new terminal.</summary>
    /// <param name="start">Runs the spawning and tells when that child ended: <see cref="ProgramTable.Start"/>.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no terminal left, or the program could not be started.</exception>
    public static Terminal Start(
        string id, TerminalKind kind, string title, (int Columns, int Rows) size, ProgramStart command,
        Func<Func<int>, StartedProgram> start, TimeProvider time)
    {
        var pty = Pty.Open(size.Columns, size.Rows);
        Terminal terminal;
        try
        {
            terminal = new Terminal(id, kind, title, size, pty, start(() => Spawn.OnTerminal(pty.SlavePath, command)), time);
        }
        catch
        {
            pty.Dispose();
            throw;
        }

        terminal.RunPump();
        return terminal;
    }

    /// <summary>Joins; output is read from <see cref="Output"/> from the watcher's first offset on.</summary>
    public TerminalWatcher Watch(long offset, bool drives, Grant person)
    {
        var watcher = new TerminalWatcher(drives, Output.Clamp(offset), person);
        ImmutableInterlocked.Update(ref _watchers, (all, one) => all.Add(one), watcher);
        return watcher;
    }

    public void Leave(TerminalWatcher watcher)
    {
        if (watcher.Drives) Volatile.Write(ref _absent, new Absent(watcher.Acknowledged, Environment.TickCount64 + Absence));
        ImmutableInterlocked.Update(ref _watchers, (all, one) => all.Remove(one), watcher);
        Reconsider();
    }

    /// <summary>Takes input from a driver; completes when more may be sent.</summary>
    public Task InputAsync(TerminalWatcher from, ReadOnlySpan<byte> input)
    {
        if (!from.Drives) return Task.CompletedTask;
        if (_lastDriver != from && from.Size is { } size) Resize(size.Columns, size.Rows);
        _lastDriver = from;
        if (Typist?.User != from.Person.User)
        {
            Typist = from.Person;
            Tell();
        }

        return _input.SendAsync(input);
    }

    public void Acknowledge(TerminalWatcher watcher, long offset, int room)
    {
        watcher.Acknowledge(Math.Min(offset, Output.End), Math.Clamp(room, LeastAhead, MostAhead));
        Reconsider();
    }

    /// <summary>A driver's window changed; the last driver's size wins.</summary>
    public void Resize(TerminalWatcher from, int columns, int rows)
    {
        if (!from.Drives) return;
        from.Size = (columns, rows);
        _lastDriver = from;
        Resize(columns, rows);
    }

    public void Resize(int columns, int rows)
    {
        lock (_gate)
        {
            if (Size == (columns, rows)) return;
            Size = (columns, rows);
            _pty.Resize(columns, rows);
        }

        Tell();
    }

    /// <summary>Hangs up, as closing a window does; kills what is left of the terminal's session after five seconds.</summary>
    public async Task CloseAsync()
    {
        SignalAll(ProcessCalls.Hangup);
        if (await EndsWithinAsync(Grace)) return;
        SignalAll(ProcessCalls.Kill);
        await Ended;
    }

    /// <summary>TERM to the foreground programs and the shell, KILL after five seconds.</summary>
    public async Task StopAsync()
    {
        SignalAll(ProcessCalls.Terminate);
        if (await EndsWithinAsync(Grace)) return;
        SignalAll(ProcessCalls.Kill);
        await Ended;
    }

    private async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        try
        {
            await Ended.WaitAsync(time, _time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void SignalAll(int signal)
    {
        if (Ended.IsCompleted) return;
        var foreground = _pty.ForegroundGroup();
        foreach (var pid in SessionProcesses.Of(_program.Pid))
        {
            ProcessCalls.Signal(pid, signal);
            // A stopped program takes its signals only when it goes on.
            if (signal != ProcessCalls.Kill) ProcessCalls.Signal(pid, ProcessCalls.Continue);
        }

        if (foreground > 1) ProcessCalls.Signal(-foreground, signal);
    }

    /// <summary>The driver who left last, or the first one, who has not come yet.</summary>
    private sealed record Absent(long Acknowledged, long Until);

    private void Tell(bool here = false)
    {
        foreach (var watcher in _watchers) watcher.Changed.Set(here);
    }

    private void Reconsider()
    {
        // What this caller changed must be seen by the pump, or the pump's pause by this caller: volatile access alone promises neither.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _paused)) _wakeUp.Set();
    }
}

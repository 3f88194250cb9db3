using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Control;
using Devex.Runner.Documents;
using Devex.Runner.Sessions;
using Devex.Runner.Terminals;

namespace Devex.Runner.Running;

/// <summary>The methods <c>run.*</c>: the run button's command, one at a time, in a terminal of its own that stays readable until the next.</summary>
internal sealed class RunFeature(TerminalStore terminals, DocumentStore documents, SessionState session, SessionHub hub, TimeProvider time) : ISessionFeature
{
    private const int LongestCommand = 10_000;

    private readonly Lock _gate = new();
    private RunStatus _status = new(false, null, null, null, null, null);
    private Terminal? _terminal;

    // That of the program that somebody told to end.
    private Terminal? _stopped;

    public void Register(MethodTable methods, RouteTable routes)
    {
        var json = ProtocolJson.Default;
        methods.Add("run.start", json.StartRun, json.RunStatus, (_, start, _) => StartAsync(start));
        methods.Add("run.stop", json.Nothing, json.RunStatus, (_, _, _) => StopAsync());
        methods.Add("run.status", json.Nothing, json.RunStatus, (_, _, _) => Task.FromResult(_status));
    }

    private async Task<RunStatus> StartAsync(StartRun start)
    {
        session.Touch();
        var command = start.Command ?? session.RunCommand;
        if (string.IsNullOrWhiteSpace(command))
            throw new SessionException(ErrorCodes.InvalidParams, "run.command", "This REPL has no run command; name one.");
        if (command.Length > LongestCommand || command.Contains('\0', StringComparison.Ordinal))
            throw new SessionException(ErrorCodes.InvalidParams, "run.command", $"A command has at most {LongestCommand} characters, and no NUL.", limit: LongestCommand);
        // What is run is what the editors show.
        await documents.CatchUpAsync();
        lock (_gate)
        {
            if (_status.Running) throw new SessionException(ErrorCodes.Conflict, "run.running", "It runs already; stop it first.");
            if (_terminal is not null) terminals.Remove(_terminal);
            // A short program may be over before its terminal is given here.
            var began = time.GetUtcNow();
            var terminal = terminals.OpenRun(command, start.Columns, start.Rows);
            _terminal = terminal;
            Change(new RunStatus(true, command, terminal.Id, began, null, null));
            _ = terminal.Ended.ContinueWith(_ => End(terminal), TaskScheduler.Default);
            return _status;
        }
    }

    private async Task<RunStatus> StopAsync()
    {
        session.Touch();
        Terminal? terminal;
        lock (_gate) terminal = _stopped = _status.Running ? _terminal : null;
        if (terminal is not null)
        {
            await terminal.StopAsync();
            End(terminal);
        }

        return _status;
    }

    private void End(Terminal terminal)
    {
        lock (_gate)
        {
            if (_terminal == terminal && _status.Running)
                Change(_status with { Running = false, EndedAt = time.GetUtcNow(), ExitCode = terminal.Info.ExitCode, Stopped = _stopped == terminal });
        }
    }

    private void Change(RunStatus status)
    {
        _status = status;
        hub.Broadcast("run.changed", status, ProtocolJson.Default.RunStatus);
    }
}

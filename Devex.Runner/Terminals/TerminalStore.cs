using System.ComponentModel;
using System.Security.Cryptography;
using Devex.Contracts.Protocol;
using Devex.Runner.Files;
using Devex.Runner.Measuring;
using Devex.Runner.Programs;
using Devex.Runner.Sessions;

namespace Devex.Runner.Terminals;

/// <summary>
/// The terminals of the session. A shell leaves the list when it ends, a run terminal when it is closed or replaced; either
/// can still be read for a while, for somebody who reconnects to its last output.
/// </summary>
internal sealed class TerminalStore(
    TerminalEnvironment environment, ProgramTable programs, Workspace workspace, SessionHub hub, Measurements measurements, TimeProvider time)
{
    /// <summary>Most terminals at once.</summary>
    public const int Most = 20;

    public const int LeastColumns = 2;
    public const int MostColumns = 1000;
    public const int LeastRows = 2;
    public const int MostRows = 500;

    private const int MostEnded = 20;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private readonly Lock _gate = new();
    private readonly List<Terminal> _terminals = [];
    private readonly Queue<Terminal> _ended = new();
    private long _forgotten;

    /// <summary>Those in the list, oldest first.</summary>
    public IReadOnlyList<Terminal> All
    {
        get
        {
            lock (_gate) return [.. _terminals];
        }
    }

    /// <summary>What all terminals put out since the session began.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate) return _forgotten + _terminals.Sum(terminal => terminal.Output.End) + _ended.Sum(terminal => terminal.Output.End);
        }
    }

    /// <summary>Opens a login shell.</summary>
    /// <exception cref="SessionException">Too many, a size or folder that cannot be, or the program could not be started.</exception>
    public Terminal OpenShell(OpenTerminal request)
    {
        var asked = time.GetUtcNow();
        var folder = FolderOf(request.Folder);
        var terminal = Start(TerminalKind.Shell, TerminalTitle.Clean(request.Title, "bash"), (request.Columns, request.Rows), environment.Shell(folder));
        _ = terminal.Ended.ContinueWith(_ => Remove(terminal), TaskScheduler.Default);
        _ = terminal.Spoke.ContinueWith(_ => measurements.Done("terminal prompt", asked), TaskContinuationOptions.OnlyOnRanToCompletion);
        return terminal;
    }

    /// <summary>Runs a command line in a terminal of its own.</summary>
    public Terminal OpenRun(string command, int columns, int rows) =>
        Start(TerminalKind.Run, "run", (columns, rows), environment.Command(command));

    /// <summary>One in the list.</summary>
    /// <exception cref="SessionException">404.</exception>
    public Terminal Get(string id)
    {
        lock (_gate) return _terminals.Find(terminal => terminal.Id == id) ?? throw Missing();
    }

    /// <summary>One that can still be read.</summary>
    /// <exception cref="SessionException">404.</exception>
    public Terminal GetReadable(string id)
    {
        lock (_gate)
        {
            return _terminals.Find(terminal => terminal.Id == id) ?? _ended.FirstOrDefault(terminal => terminal.Id == id) ?? throw Missing();
        }
    }

    /// <summary>Gives one another title and tells everyone.</summary>
    /// <exception cref="SessionException">404.</exception>
    public TerminalInfo Rename(string id, string title)
    {
        var terminal = Get(id);
        terminal.Rename(TerminalTitle.Clean(title, "") is { Length: > 0 } clean ? clean : null);
        hub.Broadcast("terminals.renamed", terminal.Info, ProtocolJson.Default.TerminalInfo);
        return terminal.Info;
    }

    /// <summary>Takes a terminal off the list and tells everyone, once.</summary>
    public void Remove(Terminal terminal)
    {
        lock (_gate)
        {
            if (!_terminals.Remove(terminal)) return;
            _ended.Enqueue(terminal);
            if (_ended.Count > MostEnded)
            {
                var oldest = _ended.Dequeue();
                _forgotten += oldest.Output.End;
                oldest.Output.Dispose();
            }
        }

        hub.Broadcast("terminals.closed", terminal.Info, ProtocolJson.Default.TerminalInfo);
    }

    public static void CheckSize(int columns, int rows)
    {
        if (columns is < LeastColumns or > MostColumns || rows is < LeastRows or > MostRows)
            throw new SessionException(ErrorCodes.InvalidParams, "terminals.size", $"A terminal has {LeastColumns} to {MostColumns} columns and {LeastRows} to {MostRows} rows.");
    }

    private Terminal Start(TerminalKind kind, string title, (int Columns, int Rows) size, ProgramStart command)
    {
        CheckSize(size.Columns, size.Rows);
        Terminal terminal;
        lock (_gate)
        {
            if (_terminals.Count >= Most)
                throw new SessionException(ErrorCodes.TooMany, "terminals.tooMany", $"At most {Most} terminals can be open; close one first.", limit: Most);
            try
            {
                terminal = Terminal.Start(RandomNumberGenerator.GetString(Alphabet, 16), kind, title, size, command, programs.Start, time);
            }
            catch (Win32Exception e)
            {
                throw new SessionException(ErrorCodes.InternalError, "terminals.start", $"The program could not be started: {e.Message}.");
            }

            _terminals.Add(terminal);
        }

        hub.Broadcast("terminals.opened", terminal.Info, ProtocolJson.Default.TerminalInfo);
        return terminal;
    }

    private string FolderOf(string? folder)
    {
        if (string.IsNullOrEmpty(folder)) return workspace.Path;
        using var location = workspace.Locate(folder, follow: true);
        using (location.OpenFolder())
        {
            return $"{workspace.Path}/{folder}";
        }
    }

    private static SessionException Missing() => new(ErrorCodes.NotFound, "terminals.notFound", "There is no such terminal; it was closed.");
}

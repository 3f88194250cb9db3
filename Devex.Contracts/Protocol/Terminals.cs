using System.Text.Json.Serialization;

namespace Devex.Contracts.Protocol;

/// <summary>Parameters of <c>terminals.open</c>.</summary>
/// <param name="Columns">2 to 1000.</param>
/// <param name="Rows">2 to 500.</param>
/// <param name="Folder">Where it begins, relative to the workspace.</param>
/// <param name="Title">Shown on its tab.</param>
public sealed record OpenTerminal(int Columns, int Rows, string? Folder = null, string? Title = null);

/// <summary>A terminal of the session.</summary>
/// <param name="Terminal">Id, used in <c>/terminals/{id}</c>.</param>
/// <param name="Kind"><c>shell</c> or <c>run</c>.</param>
/// <param name="Title">Shown on its tab.</param>
/// <param name="Columns">Width.</param>
/// <param name="Rows">Height.</param>
/// <param name="ExitCode">Set once the program has ended; 128 + n for signal n.</param>
/// <param name="Named">Whether a person gave the title, which then stands over those that programs give.</param>
public sealed record TerminalInfo(string Terminal, TerminalKind Kind, string Title, int Columns, int Rows, int? ExitCode, bool Named = false);

/// <summary>What a terminal runs.</summary>
public enum TerminalKind
{
    /// <summary>A login shell.</summary>
    [JsonStringEnumMemberName("shell")] Shell,

    /// <summary>The run command.</summary>
    [JsonStringEnumMemberName("run")] Run,
}

/// <summary>All terminals, oldest first.</summary>
public sealed record TerminalList(IReadOnlyList<TerminalInfo> Terminals);

/// <summary>Parameters of <c>terminals.resize</c>.</summary>
public sealed record ResizeTerminal(string Terminal, int Columns, int Rows);

/// <summary>Parameters of <c>terminals.rename</c>; an empty title gives it back to the programs.</summary>
public sealed record RenameTerminal(string Terminal, string Title);

/// <summary>Names a terminal.</summary>
public sealed record TerminalParams(string Terminal);

/// <summary>Text frames of <c>/terminals/{id}</c>, both ways; <c>type</c> says which members are set.</summary>
/// <param name="Type">To the client: <c>start</c> (Offset, Input), <c>lost</c> (Offset = where output goes on), <c>size</c> (Columns, Rows), <c>role</c> (Drive), <c>typed</c> (User, Name = whose input came last), <c>exit</c> (Code). To the server: <c>ack</c> (Offset, Room), <c>resize</c> (Columns, Rows).</param>
/// <param name="Offset">Bytes of output since the terminal began.</param>
/// <param name="Columns">Width.</param>
/// <param name="Rows">Height.</param>
/// <param name="Drive">Whether input is taken from this client.</param>
/// <param name="Code">Exit code.</param>
/// <param name="User">A person's id.</param>
/// <param name="Name">Their display name.</param>
/// <param name="Input">Bytes of input that were taken from this page over all its connections: it goes on behind them.</param>
/// <param name="Room">Bytes by which output may be ahead of what this client has drawn, 64 KiB to 512 KiB, the most where nothing is said.</param>
public sealed record TerminalControl(
    string Type, long? Offset = null, int? Columns = null, int? Rows = null, bool? Drive = null, int? Code = null, UserId? User = null, string? Name = null, long? Input = null, int? Room = null);

/// <summary>Parameters of <c>run.start</c>; null runs the REPL's own command.</summary>
public sealed record StartRun(string? Command = null, int Columns = 80, int Rows = 24);

/// <summary>Answer of <c>run.status</c>, and the notification <c>run.changed</c>.</summary>
/// <param name="Running">Whether it runs now.</param>
/// <param name="Command">What runs or ran last.</param>
/// <param name="Terminal">Its terminal.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="EndedAt">UTC.</param>
/// <param name="ExitCode">Once ended.</param>
/// <param name="Stopped">It was told to end, by <c>run.stop</c>.</param>
public sealed record RunStatus(
    bool Running, string? Command, string? Terminal, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, int? ExitCode, bool Stopped = false);

/// <summary>Answer of <c>ports.list</c>, and the notification <c>ports.changed</c>: TCP ports that programs listen on.</summary>
public sealed record PortList(IReadOnlyList<int> Ports);

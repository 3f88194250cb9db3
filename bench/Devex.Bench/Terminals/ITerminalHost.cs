namespace Devex.Bench.Terminals;

/// <summary>Something that runs a command in a terminal and gives a WebSocket to it.</summary>
internal interface ITerminalHost
{
    string Name { get; }

    Task<TerminalSocket> OpenAsync(string command);
}

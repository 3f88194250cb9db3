using Devex.Contracts;

namespace Devex.Core.Runtimes.Process;

internal sealed partial class ProcessRuntime
{
    [LoggerMessage(LogLevel.Warning, "Sessions are NOT ISOLATED from this machine and from each other: {Reason}")]
    private partial void LogNotIsolated(string reason);

    [LoggerMessage(LogLevel.Information, "Sessions run as sandboxed processes in {DataFolder}, {Network}")]
    private partial void LogIsolated(string dataFolder, string network);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: {Name} of session {Session} ended with {ExitCode}: {LastWords}")]
    private partial void LogEnded(ReplId replId, string name, string session, int? exitCode, string lastWords);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: files of session {Session} were set aside in {Folder}")]
    private partial void LogSetAside(ReplId replId, string session, string folder);
}

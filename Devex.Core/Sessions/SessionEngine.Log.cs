using Devex.Contracts;

namespace Devex.Core.Sessions;

internal sealed partial class SessionEngine
{
    [LoggerMessage(LogLevel.Information, "{ReplId}: session {Session}: {Step}")]
    private partial void LogStep(ReplId replId, string session, SessionStep step);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session} does not start: {Why}")]
    private partial void LogStartFailed(ReplId replId, string session, string why);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session} is not saved, attempt {Attempt}: {Why}")]
    private partial void LogNotSaved(ReplId replId, string session, string? attempt, string why);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: serve of session {Session} crashed ({Crashes} times): {Why}")]
    private partial void LogCrashed(ReplId replId, string session, int crashes, string why);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session}, saved by {SavedRoot}, has lost its files")]
    private partial void LogLost(ReplId replId, string session, long? savedRoot);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session} does not take {What}: {Why}; it is ended without its consent")]
    private partial void LogForced(ReplId replId, string session, string what, string why);

    [LoggerMessage(LogLevel.Information, "{ReplId}: session {Session} is stopped: {Why}")]
    private partial void LogEnded(ReplId replId, string session, string why);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session} belongs to no REPL that is known; {Where}")]
    private partial void LogOrphan(ReplId replId, string session, string where);

    [LoggerMessage(LogLevel.Debug, "{ReplId}: session {Session} does not tell its status: {Why}")]
    private partial void LogSilent(ReplId replId, string session, string why);
}

using Devex.Contracts;

namespace Devex.Core.Sessions.Steps;

internal sealed partial class EndSteps
{
    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session} was ended by {Operator} without a save; the last is root {SavedRoot}; its files: {Where}")]
    private partial void LogForced(ReplId replId, string session, UserId @operator, long? savedRoot, string where);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session}, saved by {SavedRoot}, has lost its files")]
    private partial void LogLost(ReplId replId, string session, long? savedRoot);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session} is kept, files and journal: {Where}. {Lacks}")]
    private partial void LogKept(ReplId replId, string session, string lacks, string where);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session} belongs to no REPL that is known; {Where}")]
    private partial void LogOrphan(ReplId replId, string session, string where);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session} is left on its node, silent since {Since}: its owner goes on from the last commit")]
    private partial void LogLeftBehind(ReplId replId, string session, DateTimeOffset? since);
}

using Devex.Contracts;

namespace Devex.Core.Sessions.Steps;

internal sealed partial class WatchStep
{
    [LoggerMessage(LogLevel.Information, "{ReplId}: session {Session} is stopped: {Why}")]
    private partial void LogEnded(ReplId replId, string session, string why);

    [LoggerMessage(LogLevel.Debug, "{ReplId}: session {Session} does not tell its status: {Why}")]
    private partial void LogSilent(ReplId replId, string session, string why);
}

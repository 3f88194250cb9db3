using Devex.Contracts;

namespace Devex.Core.Sessions.Steps;

internal sealed partial class RecoverySteps
{
    [LoggerMessage(LogLevel.Warning, "{ReplId}: serve of session {Session} crashed ({Crashes} times): {Why}")]
    private partial void LogCrashed(ReplId replId, string session, int crashes, string why);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: the node of session {Session} has been silent since {Since} (empty: it answers again)")]
    private partial void LogSilence(ReplId replId, string session, DateTimeOffset? since);
}

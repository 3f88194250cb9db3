using Devex.Contracts;

namespace Devex.Core.Sessions.Steps;

internal sealed partial class StartSteps
{
    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session} does not start: {Why}")]
    private partial void LogStartFailed(ReplId replId, string session, string why);
}

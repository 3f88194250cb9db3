using Devex.Contracts;

namespace Devex.Core.Sessions.Steps;

internal sealed partial class FreezeSteps
{
    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session} does not take {What}: {Why}; it is ended without its consent")]
    private partial void LogForced(ReplId replId, string session, string what, string why);
}

using Devex.Contracts;

namespace Devex.Core.Sessions;

internal sealed partial class SessionEngine
{
    [LoggerMessage(LogLevel.Information, "{ReplId}: session {Session}: {Step}")]
    private partial void LogStep(ReplId replId, string session, SessionStep step);
}

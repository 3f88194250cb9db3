using Devex.Contracts;

namespace Devex.Core.Sessions.Steps;

internal sealed partial class SaveStep
{
    [LoggerMessage(LogLevel.Warning, "{ReplId}: session {Session} is not saved, attempt {Attempt}: {Why}")]
    private partial void LogNotSaved(ReplId replId, string session, string? attempt, string why);
}

using Devex.Contracts;

namespace Devex.Core.Sessions;

internal sealed partial class Reconciler
{
    [LoggerMessage(LogLevel.Error, "{ReplId}: the session could not be moved on; trying again in {Wait}")]
    private partial void LogFailed(Exception exception, ReplId replId, TimeSpan wait);

    [LoggerMessage(LogLevel.Warning, "{ReplId}: the session waits for S3 ({Why}); trying again in {Wait}")]
    private partial void LogStorageAway(ReplId replId, string why, TimeSpan wait);

    [LoggerMessage(LogLevel.Information, "{ReplId}: another replica has the session now")]
    private partial void LogLeaseLost(ReplId replId);

    [LoggerMessage(LogLevel.Error, "Records and runtime could not be compared; trying again")]
    private partial void LogSweepFailed(Exception exception);
}

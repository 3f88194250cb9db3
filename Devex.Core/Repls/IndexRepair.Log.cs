namespace Devex.Core.Repls;

internal sealed partial class IndexRepair
{
    [LoggerMessage(LogLevel.Information, "Indexed {Repls} REPLs of {Users} users in {Milliseconds:0} ms")]
    private static partial void LogDone(ILogger logger, int repls, int users, double milliseconds);

    [LoggerMessage(LogLevel.Error, "The index could not be compared with S3; it is tried again in an hour, or as soon as Redis is found empty")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

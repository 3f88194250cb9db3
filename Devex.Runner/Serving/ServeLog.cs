namespace Devex.Runner.Serving;

internal static partial class ServeLog
{
    [LoggerMessage(1, LogLevel.Information, "Serving on {Address}.")]
    public static partial void Ready(ILogger logger, string address);

    [LoggerMessage(2, LogLevel.Error, "Ending a part of the session failed.")]
    public static partial void StopFailed(ILogger logger, Exception exception);
}

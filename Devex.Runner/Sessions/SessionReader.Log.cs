namespace Devex.Runner.Sessions;

internal static partial class SessionReaderLog
{
    [LoggerMessage(1, LogLevel.Error, "{Method} failed.")]
    public static partial void Failed(ILogger logger, string method, Exception exception);
}

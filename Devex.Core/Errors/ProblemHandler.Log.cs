namespace Devex.Core.Errors;

internal sealed partial class ProblemHandler
{
    [LoggerMessage(LogLevel.Warning, "A store did not answer")]
    private static partial void LogUnavailable(ILogger logger, Exception exception);
}

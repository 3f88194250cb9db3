namespace Devex.EmbeddedS3.Errors;

internal sealed partial class ErrorResponses
{
    [LoggerMessage(1, LogLevel.Error, "{Method} failed; request id {RequestId}")]
    private static partial void LogFailure(ILogger logger, Exception exception, string method, string requestId);
}

namespace Devex.Runner.Access;

internal static partial class GateLog
{
    [LoggerMessage(1, LogLevel.Error, "A {Method} request failed.")]
    public static partial void Failed(ILogger logger, string method, Exception exception);
}

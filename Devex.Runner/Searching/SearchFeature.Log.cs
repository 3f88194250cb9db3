namespace Devex.Runner.Searching;

internal static partial class SearchLog
{
    [LoggerMessage(1, LogLevel.Error, "A search failed.")]
    public static partial void Failed(ILogger logger, Exception exception);
}

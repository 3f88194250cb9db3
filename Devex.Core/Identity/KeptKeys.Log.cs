namespace Devex.Core.Identity;

internal sealed partial class KeptKeys
{
    [LoggerMessage(LogLevel.Warning, "Redis had lost {Keys} keys behind cookies, and has them again: whoever was signed in stays so")]
    private static partial void LogPutBack(ILogger logger, int keys);

    [LoggerMessage(LogLevel.Error, "Keys behind cookies could not be put back into Redis; it is tried again when Redis is back, or within an hour")]
    private static partial void LogNotPutBack(ILogger logger, Exception exception);
}

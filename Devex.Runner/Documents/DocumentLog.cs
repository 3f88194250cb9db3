namespace Devex.Runner.Documents;

internal static partial class DocumentLog
{
    [LoggerMessage(1, LogLevel.Warning, "A document could not be written to its file; it is tried again.")]
    public static partial void FlushFailed(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "The journal of a document could not be written.")]
    public static partial void JournalFailed(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "A document could not be recovered from its journal.")]
    public static partial void RecoveryFailed(ILogger logger, Exception exception);
}

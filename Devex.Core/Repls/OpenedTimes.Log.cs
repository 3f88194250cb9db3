using Devex.Contracts;

namespace Devex.Core.Repls;

internal sealed partial class OpenedTimes
{
    [LoggerMessage(LogLevel.Warning, "{Repl}: when it was opened is not written: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, ReplId repl, string reason);
}

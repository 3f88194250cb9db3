using Devex.Contracts;

namespace Devex.Core.Repls;

internal sealed partial class ReplViews
{
    [LoggerMessage(LogLevel.Warning, "{Repl}: shown without the first lines of its newest snapshot: {Reason}")]
    private static partial void LogNoPreview(ILogger logger, ReplId repl, string reason);
}

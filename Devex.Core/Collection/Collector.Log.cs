using Devex.Contracts;

namespace Devex.Core.Collection;

internal sealed partial class Collector
{
    [LoggerMessage(LogLevel.Information,
        "Collected {User}: {Roots} restore points, {Thinned} thinned; {Condemned} objects condemned, {Deleted} deleted ({Bytes} bytes), {Pardoned} named again")]
    private partial void LogCollected(UserId user, int roots, int thinned, int condemned, int deleted, long bytes, int pardoned);
}

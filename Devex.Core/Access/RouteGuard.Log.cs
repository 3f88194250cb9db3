namespace Devex.Core.Access;

internal sealed partial class RouteGuard
{
    [LoggerMessage(LogLevel.Error, "{Method} {Pattern} is not in the route table and is not served")]
    private static partial void LogUnknown(ILogger logger, string method, string? pattern);
}

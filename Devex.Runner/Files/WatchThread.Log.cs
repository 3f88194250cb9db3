namespace Devex.Runner.Files;

internal static partial class WatchLog
{
    [LoggerMessage(1, LogLevel.Warning, "The kernel has no inotify queue left for this user (fs.inotify.max_user_instances); changes are polled.")]
    public static partial void NoQueue(ILogger logger);

    [LoggerMessage(2, LogLevel.Error, "Watching the workspace failed.")]
    public static partial void Failed(ILogger logger, Exception exception);
}

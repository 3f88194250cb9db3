namespace Devex.EmbeddedS3.Buckets;

internal sealed partial class BucketStore
{
    [LoggerMessage(1, LogLevel.Information, "Bucket {Bucket}: {Count} objects")]
    private static partial void LogLoaded(ILogger logger, string bucket, int count);

    [LoggerMessage(2, LogLevel.Warning, "{Path} is left out: {Reason}")]
    private static partial void LogNotAnObject(ILogger logger, string path, string reason);
}

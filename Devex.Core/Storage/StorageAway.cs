using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using StackExchange.Redis;

namespace Devex.Core.Storage;

/// <summary>What fails because a store does not answer, and will not when it does again.</summary>
internal static class StorageAway
{
    public static bool Is(Exception exception) => IsS3(exception) || IsRedis(exception);

    public static bool IsS3(Exception exception) =>
        exception is AmazonS3Exception { StatusCode: 0 or >= HttpStatusCode.InternalServerError } or AmazonClientException or HttpRequestException;

    public static bool IsRedis(Exception exception) => exception is RedisConnectionException or RedisTimeoutException;
}

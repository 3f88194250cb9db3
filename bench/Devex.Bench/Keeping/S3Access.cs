using Amazon.S3;
using Amazon.S3.Model;
using Devex.Testing;

namespace Devex.Bench.Keeping;

/// <summary>A bucket of the server under test.</summary>
internal static class S3Access
{
    /// <summary>Bytes of all objects.</summary>
    public static async Task<(long Bytes, int Objects)> StoredAsync(S3Server server, string bucket)
    {
        using var s3 = server.CreateClient();
        var (bytes, count) = (0L, 0);
        for (string? token = null; ;)
        {
            var page = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, ContinuationToken = token });
            bytes += page.S3Objects?.Sum(item => item.Size ?? 0) ?? 0;
            count += page.S3Objects?.Count ?? 0;
            if (page.IsTruncated != true)
                return (bytes, count);
            token = page.NextContinuationToken;
        }
    }

    public static async Task PutAsync(AmazonS3Client s3, string bucket, string key, string file)
    {
        await using var content = File.OpenRead(file);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, InputStream = content, UseChunkEncoding = false, DisablePayloadSigning = false });
    }

    public static async Task GetAsync(AmazonS3Client s3, string bucket, string key, string file)
    {
        using var answer = await s3.GetObjectAsync(bucket, key);
        await using var content = File.Create(file);
        await answer.ResponseStream.CopyToAsync(content);
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Devex.Testing;
using Xunit;

namespace Devex.EmbeddedS3.Tests.Contract;

/// <summary>What Devex.Core needs of an S3 server, asked through the SDK with which Core asks.</summary>
public abstract class S3Contract(S3Fixture fixture)
{
    protected static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected AmazonS3Client S3 => fixture.Client;

    [Fact]
    public async Task What_was_put_is_got_with_its_type_and_metadata()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        var put = new PutObjectRequest { BucketName = bucket, Key = "a/b c+ü.txt", ContentBody = "hello", ContentType = "text/x-test", UseChunkEncoding = false };
        put.Metadata.Add("colour", "blue");
        var answer = await S3.PutObjectAsync(put, Token);
        Assert.Equal("\"5d41402abc4b2a76b9719d911017c592\"", answer.ETag);

        using var got = await S3.GetObjectAsync(bucket, "a/b c+ü.txt", Token);
        Assert.Equal("hello", await TextAsync(got));
        Assert.Equal("text/x-test", got.Headers.ContentType);
        Assert.Equal("blue", got.Metadata["colour"]);
        var head = await S3.GetObjectMetadataAsync(bucket, "a/b c+ü.txt", Token);
        Assert.Equal((5, answer.ETag), (head.ContentLength, head.ETag));
    }

    [Fact]
    public async Task An_empty_object_and_a_large_one_come_back_byte_for_byte()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        foreach (var size in new[] { 0, 1, 16 * 1024 * 1024 + 7 })
        {
            var bytes = RandomNumberGenerator.GetBytes(size);
            await PutAsync(bucket, "k", bytes);
            using var got = await S3.GetObjectAsync(bucket, "k", Token);
            using var content = new MemoryStream();
            await got.ResponseStream.CopyToAsync(content, Token);
            Assert.True(bytes.AsSpan().SequenceEqual(content.ToArray()));
        }
    }

    [Fact]
    public async Task A_missing_key_and_a_missing_bucket_are_404_with_their_codes()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        Assert.Equal("NoSuchKey", (await FailsAsync(404, () => S3.GetObjectAsync(bucket, "none", Token))).ErrorCode);
        await FailsAsync(404, () => S3.GetObjectMetadataAsync(bucket, "none", Token));
        Assert.Equal("NoSuchBucket", (await FailsAsync(404, () => S3.GetObjectAsync("no-such-bucket", "none", Token))).ErrorCode);
        Assert.Equal("NoSuchBucket", (await FailsAsync(404, () => PutAsync("no-such-bucket", "none", [1]))).ErrorCode);
    }

    [Fact]
    public async Task A_deleted_object_is_gone_and_deleting_nothing_succeeds()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        await PutAsync(bucket, "k", [1]);
        await S3.DeleteObjectAsync(bucket, "k", Token);
        await S3.DeleteObjectAsync(bucket, "k", Token);
        await FailsAsync(404, () => S3.GetObjectMetadataAsync(bucket, "k", Token));
    }

    [Fact]
    public async Task Many_objects_are_deleted_in_one_request()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        foreach (var key in new[] { "a", "b", "c" }) await PutAsync(bucket, key, [1]);
        await S3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = bucket, Objects = [new() { Key = "a" }, new() { Key = "c" }, new() { Key = "none" }] }, Token);
        Assert.Equal(["b"], await KeysAsync(bucket));
    }

    [Fact]
    public async Task Only_the_first_put_with_If_None_Match_wins()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        await PutAsync(bucket, "k", [1], request => request.IfNoneMatch = "*");
        Assert.Equal("PreconditionFailed", (await FailsAsync(412, () => PutAsync(bucket, "k", [2], request => request.IfNoneMatch = "*"))).ErrorCode);
        Assert.Equal([1], await BytesAsync(bucket, "k"));
    }

    [Fact]
    public async Task A_put_with_If_Match_replaces_only_the_version_it_names()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        var first = (await PutAsync(bucket, "k", [1])).ETag;
        var second = (await PutAsync(bucket, "k", [2], request => request.IfMatch = first)).ETag;
        await FailsAsync(412, () => PutAsync(bucket, "k", [3], request => request.IfMatch = first));
        Assert.Equal([2], await BytesAsync(bucket, "k"));
        await PutAsync(bucket, "k", [4], request => request.IfMatch = second);
        Assert.Equal([4], await BytesAsync(bucket, "k"));
    }

    [Fact]
    public async Task A_get_that_names_the_version_it_has_is_304_and_another_is_412()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        var tag = (await PutAsync(bucket, "k", [1])).ETag;
        await FailsAsync(304, () => S3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = "k", EtagToNotMatch = tag }, Token));
        await FailsAsync(412, () => S3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = "k", EtagToMatch = "\"0123456789abcdef0123456789abcdef\"" }, Token));
        using var same = await S3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = "k", EtagToMatch = tag }, Token);
        Assert.Equal(1, same.ContentLength);
    }

    [Fact]
    public async Task Listing_pages_through_all_keys_in_the_order_of_their_bytes()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        string[] keys = ["A", "a", "a/b", "a/b/c", "a0", "b", "ü", "\uE000", "z/", "z//"];
        foreach (var key in keys.Reverse()) await PutAsync(bucket, key, [1]);
        var expected = keys.OrderBy(key => Convert.ToHexString(Encoding.UTF8.GetBytes(key)), StringComparer.Ordinal);
        Assert.Equal(expected, await KeysAsync(bucket, maxKeys: 3));
    }

    [Fact]
    public async Task Listing_takes_prefix_delimiter_and_start_after()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        foreach (var key in new[] { "p/a", "p/b/1", "p/b/2", "p/c", "q" }) await PutAsync(bucket, key, [1]);
        var page = await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, Prefix = "p/", Delimiter = "/" }, Token);
        Assert.Equal(["p/a", "p/c"], page.S3Objects.Select(item => item.Key));
        Assert.Equal(["p/b/"], page.CommonPrefixes);
        Assert.Equal(1, page.S3Objects[0].Size);

        var after = await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, StartAfter = "p/b/1" }, Token);
        Assert.Equal(["p/b/2", "p/c", "q"], after.S3Objects.Select(item => item.Key));
        var none = await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, Prefix = "zzz" }, Token);
        Assert.Equal(0, none.KeyCount);
    }

    [Theory]
    [InlineData(0, 3, "0123")]
    [InlineData(5, 5, "5")]
    [InlineData(8, 100, "89")]
    public async Task A_range_gives_just_those_bytes(long from, long to, string expected)
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        await PutAsync(bucket, "k", "0123456789"u8.ToArray());
        using var part = await S3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = "k", ByteRange = new ByteRange(from, to) }, Token);
        Assert.Equal(HttpStatusCode.PartialContent, part.HttpStatusCode);
        Assert.Equal(expected, await TextAsync(part));
    }

    [Fact]
    public async Task A_suffix_range_gives_the_end_and_one_past_it_is_416()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        await PutAsync(bucket, "k", "0123456789"u8.ToArray());
        using var end = await S3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = "k", ByteRange = new ByteRange("bytes=-3") }, Token);
        Assert.Equal("789", await TextAsync(end));
        Assert.Equal("InvalidRange", (await FailsAsync(416, () => S3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = "k", ByteRange = new ByteRange(10, 11) }, Token))).ErrorCode);
    }

    [Fact]
    public async Task A_put_with_the_right_SHA256_is_taken()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        byte[] bytes = [1, 2, 3];
        await PutAsync(bucket, "k", bytes, request => request.ChecksumSHA256 = Convert.ToBase64String(SHA256.HashData(bytes)));
        Assert.Equal(bytes, await BytesAsync(bucket, "k"));
    }

    [Fact]
    public async Task A_copy_has_the_bytes_and_the_metadata()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        await PutAsync(bucket, "from", [1, 2], request => request.Metadata.Add("colour", "blue"));
        await S3.CopyObjectAsync(bucket, "from", bucket, "to", Token);
        Assert.Equal([1, 2], await BytesAsync(bucket, "to"));
        Assert.Equal("blue", (await S3.GetObjectMetadataAsync(bucket, "to", Token)).Metadata["colour"]);
    }

    [Fact]
    public async Task An_upload_in_parts_becomes_one_object()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        var bytes = RandomNumberGenerator.GetBytes((5 << 20) + 100);
        var upload = await S3.InitiateMultipartUploadAsync(bucket, "k", Token);
        var parts = new List<PartETag>();
        foreach (var (number, range) in new[] { (1, ..(5 << 20)), (2, (5 << 20)..) })
        {
            var part = await S3.UploadPartAsync(new UploadPartRequest
            {
                BucketName = bucket,
                Key = "k",
                UploadId = upload.UploadId,
                PartNumber = number,
                InputStream = new MemoryStream(bytes[range]),
                UseChunkEncoding = false,
            }, Token);
            parts.Add(new PartETag(number, part.ETag));
        }

        var listed = await S3.ListPartsAsync(bucket, "k", upload.UploadId, Token);
        Assert.Equal([5 << 20, 100], listed.Parts.Select(part => part.Size!.Value));
        var done = await S3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = bucket, Key = "k", UploadId = upload.UploadId, PartETags = parts }, Token);
        Assert.EndsWith("-2\"", done.ETag, StringComparison.Ordinal);
        var got = await BytesAsync(bucket, "k");
        Assert.True(bytes.AsSpan().SequenceEqual(got));
    }

    [Fact]
    public async Task An_upload_given_up_leaves_nothing()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        var upload = await S3.InitiateMultipartUploadAsync(bucket, "k", Token);
        await S3.AbortMultipartUploadAsync(bucket, "k", upload.UploadId, Token);
        await FailsAsync(404, () => S3.ListPartsAsync(bucket, "k", upload.UploadId, Token));
        Assert.Empty(await KeysAsync(bucket));
    }

    [Fact]
    public async Task A_bucket_with_objects_is_not_deleted_and_an_empty_one_is()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        await PutAsync(bucket, "k", [1]);
        Assert.Equal("BucketNotEmpty", (await FailsAsync(409, () => S3.DeleteBucketAsync(bucket, Token))).ErrorCode);
        await S3.DeleteObjectAsync(bucket, "k", Token);
        await S3.DeleteBucketAsync(bucket, Token);
        Assert.DoesNotContain(bucket, ((await S3.ListBucketsAsync(Token)).Buckets ?? []).Select(item => item.BucketName));
    }

    [Fact]
    public async Task A_presigned_GET_needs_no_key_and_may_rename_the_download()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        await PutAsync(bucket, "k", [1, 2, 3]);
        var url = S3.GetPreSignedURL(new GetPreSignedUrlRequest
        {
            BucketName = bucket,
            Key = "k",
            Expires = DateTime.UtcNow.AddMinutes(5),
            Protocol = Protocol.HTTP,
            ResponseHeaderOverrides = new ResponseHeaderOverrides { ContentDisposition = "attachment; filename=\"x.bin\"" },
        });
        using var answer = await Http.GetAsync(new Uri(url), Token);
        Assert.Equal([1, 2, 3], await answer.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("attachment; filename=\"x.bin\"", answer.Content.Headers.ContentDisposition!.ToString());
    }

    [Fact]
    public async Task A_presigned_PUT_of_length_checksum_and_If_None_Match_is_taken_once()
    {
        var bucket = await fixture.Server.CreateBucketAsync(Token);
        byte[] bytes = [1, 2, 3];
        var hash = SHA256.HashData(bytes);
        var url = PresignedPut.Create(S3, bucket, "packs/x", bytes.Length, hash, TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(PresignedPut.Request(url, bytes, hash)));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await SendAsync(PresignedPut.Request(url, bytes, hash)));
        Assert.Equal(bytes, await BytesAsync(bucket, "packs/x"));
    }

    protected static async Task<HttpStatusCode> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await Http.SendAsync(request, Token);
            return answer.StatusCode;
        }
    }

    protected Task<PutObjectResponse> PutAsync(string bucket, string key, byte[] bytes, Action<PutObjectRequest>? set = null)
    {
        var request = new PutObjectRequest { BucketName = bucket, Key = key, InputStream = new MemoryStream(bytes), UseChunkEncoding = false };
        set?.Invoke(request);
        return S3.PutObjectAsync(request, Token);
    }

    protected async Task<byte[]> BytesAsync(string bucket, string key)
    {
        using var got = await S3.GetObjectAsync(bucket, key, Token);
        using var content = new MemoryStream();
        await got.ResponseStream.CopyToAsync(content, Token);
        return content.ToArray();
    }

    protected async Task<List<string>> KeysAsync(string bucket, int maxKeys = 1000)
    {
        var keys = new List<string>();
        string? token = null;
        do
        {
            var page = await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, MaxKeys = maxKeys, ContinuationToken = token }, Token);
            keys.AddRange((page.S3Objects ?? []).Select(item => item.Key));
            Assert.True((page.S3Objects?.Count ?? 0) <= maxKeys);
            token = page.NextContinuationToken;
        }
        while (token is not null);
        return keys;
    }

    private static async Task<string> TextAsync(GetObjectResponse got)
    {
        using var reader = new StreamReader(got.ResponseStream);
        return await reader.ReadToEndAsync(Token);
    }

    protected static async Task<AmazonS3Exception> FailsAsync(int status, Func<Task> act)
    {
        var error = await Assert.ThrowsAnyAsync<AmazonS3Exception>(act);
        Assert.Equal(status, (int)error.StatusCode);
        return error;
    }
}

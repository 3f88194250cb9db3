using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Devex.EmbeddedS3.Signatures;
using Devex.Testing;
using Xunit;

namespace Devex.EmbeddedS3.Tests.Contract;

/// <summary>The contract, and what moto does not check: signatures, digests, races.</summary>
[Trait("Tier", "integration")]
public sealed class EmbeddedS3Contract(EmbeddedFixture fixture) : S3Contract(fixture), IClassFixture<EmbeddedFixture>
{
    private S3Server Server => fixture.Server;

    [Fact]
    public async Task A_wrong_secret_an_unknown_key_and_no_signature_are_refused()
    {
        var bucket = await Server.CreateBucketAsync(Token);
        using var wrong = Server.CreateClient(secretKey: "wrong");
        Assert.Equal("SignatureDoesNotMatch", (await FailsAsync(403, () => wrong.PutObjectAsync(new() { BucketName = bucket, Key = "k", ContentBody = "x" }, Token))).ErrorCode);
        using var unknown = Server.CreateClient(accessKey: "AKUNKNOWN");
        Assert.Equal("InvalidAccessKeyId", (await FailsAsync(403, () => unknown.ListObjectsV2Async(new() { BucketName = bucket }, Token))).ErrorCode);
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(new(HttpMethod.Get, $"{Server.ServiceUrl}/{bucket}")));
        Assert.Empty(await KeysAsync(bucket));
    }

    [Fact]
    public async Task A_presigned_URL_is_good_for_its_own_method_key_and_headers_only()
    {
        var bucket = await Server.CreateBucketAsync(Token);
        byte[] bytes = [1, 2, 3];
        var hash = SHA256.HashData(bytes);
        var url = PresignedPut.Create(S3, bucket, "k", bytes.Length, hash, TimeSpan.FromMinutes(5));

        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(new(HttpMethod.Get, url)));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(PresignedPut.Request(new(url.ToString().Replace("/k?", "/other?", StringComparison.Ordinal)), bytes, hash)));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(PresignedPut.Request(url, [1, 2], hash)));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(PresignedPut.Request(url, [1, 2, 4], SHA256.HashData([1, 2, 4]))));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(PresignedPut.Request(url, [1, 2, 4], hash)));
        var withoutCondition = PresignedPut.Request(url, bytes, hash);
        withoutCondition.Headers.IfNoneMatch.Clear();
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(withoutCondition));
        var withMore = PresignedPut.Request(url, bytes, hash);
        withMore.Headers.Add("x-amz-meta-more", "1");
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(withMore));
        Assert.Empty(await KeysAsync(bucket));
    }

    [Fact]
    public async Task Of_16_puts_at_once_with_If_None_Match_exactly_one_wins()
    {
        var bucket = await Server.CreateBucketAsync(Token);
        for (var round = 0; round < 5; round++)
        {
            var key = $"k{round}";
            var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(async n =>
            {
                try
                {
                    await PutAsync(bucket, key, [(byte)n], request => request.IfNoneMatch = "*");
                    return n;
                }
                catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
                {
                    return -1;
                }
            }));
            var winner = Assert.Single(results, n => n >= 0);
            Assert.Equal([(byte)winner], await BytesAsync(bucket, key));
        }
    }

    [Fact]
    public async Task A_wrong_checksum_or_MD5_leaves_no_object()
    {
        var bucket = await Server.CreateBucketAsync(Token);
        Assert.Equal("BadDigest", (await FailsAsync(400, () =>
            PutAsync(bucket, "k", [1], request => request.ChecksumSHA256 = Convert.ToBase64String(SHA256.HashData([2]))))).ErrorCode);
        Assert.Equal("BadDigest", (await FailsAsync(400, () =>
            PutAsync(bucket, "k", [1], request => request.MD5Digest = "XUFAKrxLKna5cZ2REBfFkg=="))).ErrorCode);
        Assert.Empty(await KeysAsync(bucket));
    }

    [Theory]
    [InlineData(true, RequestChecksumCalculation.WHEN_REQUIRED)]
    [InlineData(true, RequestChecksumCalculation.WHEN_SUPPORTED)]
    [InlineData(false, RequestChecksumCalculation.WHEN_SUPPORTED)]
    public async Task Bodies_framed_as_aws_chunked_are_stored_without_the_framing(bool isFramed, RequestChecksumCalculation checksums)
    {
        var bucket = await Server.CreateBucketAsync(Token);
        using var client = new AmazonS3Client(new BasicAWSCredentials(Server.AccessKey, Server.SecretKey), new AmazonS3Config
        {
            ServiceURL = Server.ServiceUrl,
            AuthenticationRegion = Server.Region,
            ForcePathStyle = true,
            RequestChecksumCalculation = checksums,
        });
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var request = new PutObjectRequest { BucketName = bucket, Key = "k", InputStream = new MemoryStream(bytes), UseChunkEncoding = isFramed };
        await client.PutObjectAsync(request, Token);
        var got = await BytesAsync(bucket, "k");
        Assert.True(bytes.AsSpan().SequenceEqual(got));
    }

    [Fact]
    public async Task What_is_not_in_the_subset_is_501_and_an_unsafe_bucket_name_is_refused()
    {
        var bucket = await Server.CreateBucketAsync(Token);
        Assert.Equal("NotImplemented", (await FailsAsync(501, () => S3.GetBucketPolicyAsync(bucket, Token))).ErrorCode);
        Assert.Equal("InvalidBucketName", (await FailsAsync(400, () => S3.PutBucketAsync("Not.Valid", Token))).ErrorCode);
        Assert.Equal("BucketAlreadyOwnedByYou", (await FailsAsync(409, () => S3.PutBucketAsync(bucket, Token))).ErrorCode);
    }

    [Fact]
    public async Task Health_is_for_everybody()
    {
        Assert.Equal("""{"services":{"s3":"running"}}""", await Http.GetStringAsync(new Uri(Server.ServiceUrl + "/_localstack/health"), Token));
    }

    [Fact]
    public async Task A_key_with_dots_between_slashes_is_a_key_like_any_other()
    {
        var bucket = await Server.CreateBucketAsync(Token);
        await PutAsync(bucket, "a/b", [1]);
        // The SDK would fold the dots before it signs, so the request is signed and written here.
        var answer = await RawPutAsync($"/{bucket}/a/../b", "hello"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal(["a/../b", "a/b"], await KeysAsync(bucket));
    }

    private async Task<string> RawPutAsync(string path, byte[] body)
    {
        var now = TimeProvider.System.GetUtcNow();
        var scope = new Scope(now.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture), Server.Region, "s3");
        var host = new Uri(Server.ServiceUrl).Authority;
        KeyValuePair<string, string>[] headers =
        [
            new("host", host), new("x-amz-content-sha256", SignatureV4.Hash(body)), new("x-amz-date", SignatureV4.Format(now)),
        ];
        var canonical = SignatureV4.CanonicalRequest("PUT", path, [], headers, SignatureV4.Hash(body));
        var signature = SignatureV4.Sign(
            SignatureV4.SigningKey(Server.SecretKey, scope), SignatureV4.StringToSign(now, scope, canonical));
        var text = $"PUT {path} HTTP/1.1\r\n{string.Concat(headers.Select(header => $"{header.Key}: {header.Value}\r\n"))}"
            + $"content-length: {body.Length}\r\nconnection: close\r\n"
            + $"authorization: AWS4-HMAC-SHA256 Credential={Server.AccessKey}/{scope},SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature={signature}\r\n\r\n";
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(Server.ServiceUrl).Port, Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Token);
        await client.GetStream().WriteAsync(body, Token);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(Token);
    }
}

using System.Net.Sockets;
using Amazon.S3;
using Amazon.S3.Model;
using Devex.Testing;
using Xunit;

namespace Devex.EmbeddedS3.Tests.Durability;

[Trait("Tier", "integration")]
public sealed class DurabilityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restart_keeps_objects_metadata_and_uploads_under_way()
    {
        await using var server = await S3Server.StartAsync(S3Kind.Embedded, Token);
        var bucket = await server.CreateBucketAsync(Token);
        using var client = server.CreateClient();
        var put = new PutObjectRequest { BucketName = bucket, Key = "k", ContentBody = "hello", ContentType = "text/x", UseChunkEncoding = false };
        put.Metadata.Add("colour", "blue");
        var tag = (await client.PutObjectAsync(put, Token)).ETag;
        var upload = await client.InitiateMultipartUploadAsync(bucket, "big", Token);
        var part = await client.UploadPartAsync(new() { BucketName = bucket, Key = "big", UploadId = upload.UploadId, PartNumber = 1, InputStream = new MemoryStream([1]), UseChunkEncoding = false }, Token);

        Assert.Equal(0, await server.Program.StopAsync());
        await server.RestartAsync(Token);

        var head = await client.GetObjectMetadataAsync(bucket, "k", Token);
        Assert.Equal((tag, "text/x", "blue"), (head.ETag, head.Headers.ContentType, head.Metadata["colour"]));
        await client.CompleteMultipartUploadAsync(new() { BucketName = bucket, Key = "big", UploadId = upload.UploadId, PartETags = [new(1, part.ETag)] }, Token);
        var page = await client.ListObjectsV2Async(new() { BucketName = bucket }, Token);
        Assert.Equal(["big", "k"], page.S3Objects.Select(item => item.Key));
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_puts_leaves_every_object_whole_and_nothing_acknowledged_is_lost()
    {
        await using var server = await S3Server.StartAsync(S3Kind.Embedded, Token);
        var bucket = await server.CreateBucketAsync(Token);
        for (var round = 0; round < 5; round++)
        {
            using var client = server.CreateClient(configure: config => config.MaxErrorRetry = 0);
            var acknowledged = new int[4];
            var enough = new TaskCompletionSource();
            var writers = Enumerable.Range(0, acknowledged.Length).Select(async writer =>
            {
                for (var n = 1; ; n++)
                {
                    try
                    {
                        await client.PutObjectAsync(new() { BucketName = bucket, Key = $"k{writer}", InputStream = new MemoryStream(Content(n)), UseChunkEncoding = false }, Token);
                    }
                    catch (Exception e) when (e is AmazonS3Exception or HttpRequestException or Amazon.Runtime.AmazonClientException or IOException or SocketException)
                    {
                        return;
                    }

                    acknowledged[writer] = n;
                    if (n == 5) enough.TrySetResult();
                }
            }).ToList();
            await enough.Task.WaitAsync(Token);
            await server.Program.KillAsync();
            await Task.WhenAll(writers);
            await server.RestartAsync(Token);

            using var reader = server.CreateClient();
            for (var writer = 0; writer < acknowledged.Length; writer++)
            {
                if (acknowledged[writer] == 0) continue;
                using var got = await reader.GetObjectAsync(bucket, $"k{writer}", Token);
                using var bytes = new MemoryStream();
                await got.ResponseStream.CopyToAsync(bytes, Token);
                var n = BitConverter.ToInt32(bytes.ToArray(), 0);
                Assert.InRange(n, acknowledged[writer], acknowledged[writer] + 1);
                Assert.True(Content(n).AsSpan().SequenceEqual(bytes.ToArray()));
            }

            Assert.Empty(Directory.GetFiles(Path.Combine(server.DataFolder, "incoming")));
        }
    }

    [Fact]
    public async Task Without_keys_or_folder_it_says_so_and_ends()
    {
        await using var program = ProgramProcess.Start(
            BuiltProgram.Path("Devex.EmbeddedS3"), ["--urls", "http://127.0.0.1:0"],
            new Dictionary<string, string?> { ["AWS_ACCESS_KEY_ID"] = null, ["AWS_SECRET_ACCESS_KEY"] = null });
        Assert.Equal(2, await program.WaitForExitAsync(cancellationToken: Token));
        Assert.Contains("AWS_SECRET_ACCESS_KEY", program.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_says_so_and_ends()
    {
        await using var server = await S3Server.StartAsync(S3Kind.Embedded, Token);
        await using var second = ProgramProcess.Start(
            BuiltProgram.Path("Devex.EmbeddedS3"), ["--urls", "http://127.0.0.1:0", "--data", server.DataFolder],
            new Dictionary<string, string?> { ["AWS_ACCESS_KEY_ID"] = "a", ["AWS_SECRET_ACCESS_KEY"] = "b" });
        Assert.Equal(2, await second.WaitForExitAsync(cancellationToken: Token));
        Assert.Contains("Another server", second.OutputText, StringComparison.Ordinal);
    }

    private static byte[] Content(int n)
    {
        var bytes = new byte[1_000_000];
        new Random(n).NextBytes(bytes);
        BitConverter.TryWriteBytes(bytes, n);
        return bytes;
    }
}

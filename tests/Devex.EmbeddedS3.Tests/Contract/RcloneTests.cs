using Devex.Testing;
using Xunit;

namespace Devex.EmbeddedS3.Tests.Contract;

/// <summary>A program that knows nothing of us: Debian's rclone.</summary>
[Trait("Tier", "integration")]
public sealed class RcloneTests
{
    private const string Rclone = "/usr/bin/rclone";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rclone_copies_a_folder_there_and_back_in_parts_too()
    {
        Assert.SkipUnless(File.Exists(Rclone), "rclone is not installed here.");
        await using var server = await S3Server.StartAsync(S3Kind.Embedded, Token);
        using var local = new TempFolder();
        Directory.CreateDirectory(local["from/sub"]);
        var large = new byte[12_000_000];
        new Random(1).NextBytes(large);
        await File.WriteAllBytesAsync(local["from/large.bin"], large, Token);
        await File.WriteAllTextAsync(local["from/sub/ü b.txt"], "hello", Token);

        await RunAsync(server, "mkdir", "s3:copies");
        await RunAsync(server, "copy", "--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M", local["from"], "s3:copies/x");
        await RunAsync(server, "check", "--download", local["from"], "s3:copies/x");
        await RunAsync(server, "moveto", "s3:copies/x/sub/ü b.txt", "s3:copies/x/moved.txt");
        await RunAsync(server, "copy", "s3:copies/x", local["back"]);
        Assert.Equal("hello", await File.ReadAllTextAsync(local["back/moved.txt"], Token));
        Assert.Equal(large, await File.ReadAllBytesAsync(local["back/large.bin"], Token));
        await RunAsync(server, "purge", "s3:copies");
        Assert.Empty((await server.CreateClient().ListBucketsAsync(Token)).Buckets ?? []);
    }

    private static async Task RunAsync(S3Server server, params string[] arguments)
    {
        await using var rclone = ProgramProcess.Start(Rclone, ["--config", "/dev/null", "--retries", "1", .. arguments], new Dictionary<string, string?>
        {
            ["AWS_CA_BUNDLE"] = null,
            ["RCLONE_CONFIG_S3_TYPE"] = "s3",
            ["RCLONE_CONFIG_S3_PROVIDER"] = "Other",
            ["RCLONE_CONFIG_S3_ENDPOINT"] = server.ServiceUrl,
            ["RCLONE_CONFIG_S3_ACCESS_KEY_ID"] = server.AccessKey,
            ["RCLONE_CONFIG_S3_SECRET_ACCESS_KEY"] = server.SecretKey,
            ["RCLONE_CONFIG_S3_REGION"] = server.Region,
        });
        var code = await rclone.WaitForExitAsync(cancellationToken: Token);
        Assert.True(code == 0, $"rclone {string.Join(' ', arguments)} ended with {code}:\n{rclone.OutputText}");
    }
}

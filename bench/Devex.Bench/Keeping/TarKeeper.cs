using System.Diagnostics;
using Amazon.S3;
using Devex.Bench.Snapshots;
using Devex.Testing;

namespace Devex.Bench.Keeping;

/// <summary>One <c>tar --zstd</c> of everything, as one object.</summary>
internal sealed class TarKeeper(S3Server server, string bucket, string folder) : IKeeper
{
    private readonly AmazonS3Client _s3 = server.CreateClient(configure: config => config.Timeout = TimeSpan.FromMinutes(5));
    private int _restores;

    public string Name => "tar --zstd";

    public string Bucket => bucket;

    public string Folder => folder;

    public async Task<double> SaveAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await SnapshotCommands.RunAsync("/bin/tar", ["--zstd", "-cf", folder + ".tar.zst", "-C", folder, "."]);
        await S3Access.PutAsync(_s3, bucket, "workspace.tar.zst", folder + ".tar.zst");
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    public async Task<double> RestoreAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var target = Directory.CreateDirectory($"{folder}-restored-{++_restores}").FullName;
        await S3Access.GetAsync(_s3, bucket, "workspace.tar.zst", target + ".tar.zst");
        await SnapshotCommands.RunAsync("/bin/tar", ["--zstd", "-xf", target + ".tar.zst", "-C", target]);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    public ValueTask DisposeAsync()
    {
        _s3.Dispose();
        return ValueTask.CompletedTask;
    }
}

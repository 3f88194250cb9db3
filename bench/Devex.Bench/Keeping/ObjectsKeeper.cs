using System.Diagnostics;
using Amazon.S3;
using Devex.Testing;

namespace Devex.Bench.Keeping;

/// <summary>One object per file, 32 at once: what is unchanged by size and time since the last save is not sent again. Modes, links and empty folders are lost.</summary>
internal sealed class ObjectsKeeper(S3Server server, string bucket, string folder) : IKeeper
{
    private readonly AmazonS3Client _s3 = server.CreateClient(configure: config => config.MaxConnectionsPerServer = 32);
    private readonly Dictionary<string, (long, DateTime)> _sent = [];
    private int _restores;

    public string Name => "an object per file, 32 at once";

    public string Bucket => bucket;

    public string Folder => folder;

    public async Task<double> SaveAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var changed = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => !_sent.TryGetValue(file.FullName, out var sent) || sent != (file.Length, file.LastWriteTimeUtc)).ToList();
        await Parallel.ForEachAsync(changed, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (file, _) =>
            await S3Access.PutAsync(_s3, bucket, Path.GetRelativePath(folder, file.FullName), file.FullName));
        foreach (var file in changed)
            _sent[file.FullName] = (file.Length, file.LastWriteTimeUtc);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    public async Task<double> RestoreAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var target = $"{folder}-restored-{++_restores}";
        var keys = new List<string>();
        for (string? token = null; ;)
        {
            var page = await _s3.ListObjectsV2Async(new Amazon.S3.Model.ListObjectsV2Request { BucketName = bucket, ContinuationToken = token });
            keys.AddRange(page.S3Objects?.Select(item => item.Key) ?? []);
            if (page.IsTruncated != true)
                break;
            token = page.NextContinuationToken;
        }
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (key, _) =>
        {
            var file = Path.Combine(target, key);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await S3Access.GetAsync(_s3, bucket, key, file);
        });
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    public ValueTask DisposeAsync()
    {
        _s3.Dispose();
        return ValueTask.CompletedTask;
    }
}

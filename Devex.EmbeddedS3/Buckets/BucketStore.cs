using System.Collections.Concurrent;
using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Objects;

namespace Devex.EmbeddedS3.Buckets;

/// <summary>The buckets, read from the data folder at start: <c>buckets/NAME/</c> holds a file per object.</summary>
internal sealed partial class BucketStore
{
    private readonly DataFolder _data;
    private readonly TimeProvider _time;
    private readonly ILogger<BucketStore> _logger;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    public BucketStore(DataFolder data, TimeProvider time, ILogger<BucketStore> logger)
    {
        _data = data;
        _time = time;
        _logger = logger;
        foreach (var folder in Directory.GetDirectories(data.Buckets)) Load(folder);
    }

    public IEnumerable<Bucket> All => _buckets.Values.OrderBy(bucket => bucket.Name, StringComparer.Ordinal);

    /// <exception cref="S3Exception">NoSuchBucket.</exception>
    public Bucket Get(string name) =>
        _buckets.TryGetValue(name, out var bucket) ? bucket : throw S3Error.NoSuchBucket.Exception(("BucketName", name));

    /// <exception cref="S3Exception">InvalidBucketName, BucketAlreadyOwnedByYou.</exception>
    public void Create(string name)
    {
        BucketName.Check(name);
        lock (_gate)
        {
            if (_buckets.ContainsKey(name)) throw S3Error.BucketAlreadyOwnedByYou.Exception(("BucketName", name));
            var folder = Path.Combine(_data.Buckets, name);
            Directory.CreateDirectory(folder);
            Disk.Sync(_data.Buckets);
            _buckets[name] = new Bucket(name, folder, _time.GetUtcNow(), new KeyIndex([]));
        }
    }

    /// <exception cref="S3Exception">NoSuchBucket, BucketNotEmpty.</exception>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var bucket = Get(name);
        var deleted = await bucket.DeleteAsync(() =>
        {
            lock (_gate)
            {
                if (bucket.Index.Count > 0 || !_buckets.TryRemove(name, out _)) return false;
                Directory.Delete(bucket.Folder, recursive: true);
                Disk.Sync(_data.Buckets);
                return true;
            }
        }, cancellationToken);
        if (!deleted) throw S3Error.BucketNotEmpty.Exception(("BucketName", name));
    }

    private void Load(string folder)
    {
        var objects = new ConcurrentBag<ObjectInfo>();
        Parallel.ForEach(Directory.EnumerateFiles(folder), path =>
        {
            try
            {
                using var file = File.OpenHandle(path);
                var info = ObjectFile.ReadInfo(file);
                if (Bucket.FileName(info.Key) != Path.GetFileName(path)) throw new InvalidDataException("The file has another key's name.");
                objects.Add(info);
            }
            catch (InvalidDataException e)
            {
                LogNotAnObject(_logger, path, e.Message);
            }
        });
        var name = Path.GetFileName(folder);
        _buckets[name] = new Bucket(name, folder, Directory.GetCreationTimeUtc(folder), new KeyIndex(objects));
        LogLoaded(_logger, name, objects.Count);
    }
}

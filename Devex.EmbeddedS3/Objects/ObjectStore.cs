using Devex.EmbeddedS3.Buckets;
using Devex.EmbeddedS3.Errors;
using Microsoft.Win32.SafeHandles;

namespace Devex.EmbeddedS3.Objects;

/// <summary>Reads and changes objects. Each change is one rename or unlink, durable before it is acknowledged or seen.</summary>
internal sealed class ObjectStore(TimeProvider time)
{
    /// <summary>Now, as S3 keeps it: to the millisecond.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Publishes a received file under <see cref="ObjectInfo.Key"/> if the preconditions hold at that very moment.</summary>
    /// <exception cref="S3Exception">PreconditionFailed; NoSuchKey for If-Match on nothing; NoSuchBucket when it was deleted meanwhile.</exception>
    public static async Task CommitAsync(Bucket bucket, IncomingFile file, ObjectInfo info, Preconditions conditions, CancellationToken cancellationToken)
    {
        // Whoever loses the race below has paid for a flush in vain; the winner holds the lock for the rename alone.
        conditions.CheckWrite(bucket.Index.Find(info.Key));
        file.Finish(info);
        using (await bucket.LockAsync(info.Key, cancellationToken))
        {
            if (bucket.IsDeleted) throw S3Error.NoSuchBucket.Exception(("BucketName", bucket.Name));
            conditions.CheckWrite(bucket.Index.Find(info.Key));
            file.Publish(bucket.FileOf(info.Key));
            bucket.Index.Set(info);
        }
    }

    /// <summary>Deletes; nothing there is success too, but for If-Match.</summary>
    public static async Task DeleteAsync(Bucket bucket, string key, Preconditions conditions, CancellationToken cancellationToken)
    {
        using (await bucket.LockAsync(key, cancellationToken))
        {
            var current = bucket.Index.Find(key);
            conditions.CheckWrite(current);
            if (current is null) return;
            Disk.Delete(bucket.FileOf(key));
            bucket.Index.Remove(key);
        }
    }

    /// <summary>Opens an object. Bytes and description belong together, whatever is written meanwhile.</summary>
    /// <exception cref="S3Exception">NoSuchKey.</exception>
    public static (SafeFileHandle File, ObjectInfo Info) Open(Bucket bucket, string key)
    {
        if (bucket.Index.Find(key) is null) throw S3Error.NoSuchKey.Exception(("Key", key));
        try
        {
            var file = File.OpenHandle(bucket.FileOf(key), share: FileShare.ReadWrite | FileShare.Delete);
            return (file, ObjectFile.ReadInfo(file));
        }
        catch (FileNotFoundException)
        {
            throw S3Error.NoSuchKey.Exception(("Key", key));
        }
    }
}

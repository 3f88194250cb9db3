using System.Security.Cryptography;
using System.Text;

namespace Devex.EmbeddedS3.Buckets;

/// <summary>One bucket: a folder of object files, and their index in memory.</summary>
internal sealed class Bucket(string name, string folder, DateTimeOffset created, KeyIndex index)
{
    private const int Stripes = 256;

    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];

    public string Name => name;

    public string Folder => folder;

    public DateTimeOffset Created => created;

    public KeyIndex Index => index;

    /// <summary>Set, with all stripes held, when the bucket is deleted: a write that was under way must not succeed after that.</summary>
    public bool IsDeleted { get; private set; }

    /// <summary>
    /// The key's file. Named by the key's SHA-256, because no escaping fits 1024 bytes of any UTF-8 into the 255 of a
    /// file name, and because <c>a</c> and <c>a/b</c> are two objects. The key itself is in the file.
    /// </summary>
    public string FileOf(string key) => Path.Combine(folder, FileName(key));

    public static string FileName(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Holds the key until disposed: check and write are one step to everybody else.</summary>
    public async Task<IDisposable> LockAsync(string key, CancellationToken cancellationToken)
    {
        var stripe = _locks[SHA256.HashData(Encoding.UTF8.GetBytes(key))[0]];
        await stripe.WaitAsync(cancellationToken);
        return new Release(stripe);
    }

    /// <summary>Runs <paramref name="delete"/> while nobody writes; true marks the bucket deleted.</summary>
    public async Task<bool> DeleteAsync(Func<bool> delete, CancellationToken cancellationToken)
    {
        var held = 0;
        try
        {
            for (; held < Stripes; held++) await _locks[held].WaitAsync(cancellationToken);
            return IsDeleted = delete();
        }
        finally
        {
            for (var i = 0; i < held; i++) _locks[i].Release();
        }
    }

    private sealed class Release(SemaphoreSlim held) : IDisposable
    {
        public void Dispose() => held.Release();
    }
}

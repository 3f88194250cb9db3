namespace Devex.EmbeddedS3.Objects;

/// <summary>
/// Where everything is: <c>buckets/</c>, <c>uploads/</c> (multipart uploads under way) and <c>incoming/</c> (what is being
/// received, in the same file system so that a rename can publish it). One server at a time.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    /// <exception cref="IOException">Another server uses the folder.</exception>
    public DataFolder(string root)
    {
        Directory.CreateDirectory(root);
        _lock = new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Buckets = Directory.CreateDirectory(Path.Combine(root, "buckets")).FullName;
        Uploads = Directory.CreateDirectory(Path.Combine(root, "uploads")).FullName;
        Incoming = Path.Combine(root, "incoming");

        // What a crash left here was never acknowledged to anybody.
        if (Directory.Exists(Incoming)) Directory.Delete(Incoming, recursive: true);
        Directory.CreateDirectory(Incoming);
        Disk.Sync(root);
    }

    public string Buckets { get; }

    public string Uploads { get; }

    public string Incoming { get; }

    public IncomingFile Receive() => new(Path.Combine(Incoming, Guid.NewGuid().ToString("N")));

    public void Dispose() => _lock.Dispose();
}

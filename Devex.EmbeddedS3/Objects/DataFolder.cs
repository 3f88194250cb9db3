namespace Devex.EmbeddedS3.Objects;

/// <summary>
/// Where everything is: <c>buckets/</c>, <c>uploads/</c> (multipart uploads under way) and <c>incoming/</c> (what is being
/// received, in the same file system so that a rename can publish it). One server at a time.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string root, FileStream held)
    {
        _lock = held;
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

    /// <summary>Opens the folder, making it where it is missing; null when another server has it open.</summary>
    public static DataFolder? TryOpen(string root)
    {
        Directory.CreateDirectory(root);
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(Path.Combine(root, "lock")))
        {
            return null;
        }

        return new DataFolder(root, held);
    }

    public IncomingFile Receive() => new(Path.Combine(Incoming, Guid.NewGuid().ToString("N")));

    public void Dispose() => _lock.Dispose();
}

namespace Devex.EmbeddedS3.Objects;

/// <summary>A file being received. It goes away when disposed, unless it was published.</summary>
internal sealed class IncomingFile(string path) : IAsyncDisposable
{
    private bool _published;

    public FileStream Stream { get; } = new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.ReadWrite,
        BufferSize = 0,
    });

    /// <summary>Appends the description and makes the file durable; it has no name that anybody looks for yet.</summary>
    public void Finish(ObjectInfo info) => ObjectFile.Finish(Stream.SafeFileHandle, info);

    /// <summary>Gives the file its name, over whatever had it: the one step that others can see.</summary>
    public void Publish(string target)
    {
        Disk.Rename(path, target);
        _published = true;
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        if (!_published) File.Delete(path);
    }
}

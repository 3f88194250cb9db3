namespace Devex.Snapshots;

/// <summary>Numbers of format 1. A change of any of them that a reader would notice needs another format.</summary>
public static class SnapshotFormat
{
    public const byte Version = 1;

    /// <summary>Most bytes of a pack object.</summary>
    public const int MaxPackBytes = 16 * 1024 * 1024;

    /// <summary>Most bytes of content in one compressed group of a pack.</summary>
    public const int GroupBytes = 256 * 1024;

    /// <summary>Files over this are cut into chunks of <see cref="ChunkBytes"/>, each with a hash of its own.</summary>
    public const long ChunkedFileBytes = 64 * 1024 * 1024;

    public const int ChunkBytes = 4 * 1024 * 1024;

    /// <summary>Most bytes of a page before compression.</summary>
    public const int MaxPageBytes = 4 * 1024 * 1024;

    public const int MaxPathBytes = 4095;

    public const int MaxNameBytes = 255;

    /// <summary>Most names in a path, the part's included.</summary>
    public const int MaxDepth = 256;

    public const int MaxLinkBytes = 4095;

    /// <summary>Most chunks of a file: 256 GiB.</summary>
    public const int MaxChunks = 65_536;

    /// <summary>Most bytes of a root object.</summary>
    public const int MaxRootBytes = 16 * 1024 * 1024;
}

/// <summary>A page, pack or root that is damaged or was made to harm. The message is for operators.</summary>
public sealed class SnapshotFormatException(string message) : Exception(message);

namespace Devex.Bench.Keeping;

/// <summary>A program or way that keeps a folder in a bucket of S3 and brings it back.</summary>
internal interface IKeeper : IAsyncDisposable
{
    string Name { get; }

    /// <summary>The bucket that it alone writes to.</summary>
    string Bucket { get; }

    /// <summary>The folder that it keeps; the workspace is written there.</summary>
    string Folder { get; }

    /// <summary>Saves the folder; answers milliseconds.</summary>
    Task<double> SaveAsync();

    /// <summary>Restores into a fresh folder; answers milliseconds.</summary>
    Task<double> RestoreAsync();
}

namespace Devex.Testing;

/// <summary>A new, empty folder of its own that goes away, with all that is in it, when disposed.</summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder(string prefix = "devex-test-") => Path = Directory.CreateTempSubdirectory(prefix).FullName;

    /// <summary>The absolute path, without a slash at the end.</summary>
    public string Path { get; }

    /// <summary>The absolute path of something inside.</summary>
    public string this[string relativePath] => System.IO.Path.Combine(Path, relativePath);

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}

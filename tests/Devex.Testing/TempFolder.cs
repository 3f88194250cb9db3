namespace Devex.Testing;

/// <summary>A new, empty folder of its own that goes away, with all that is in it, when disposed.</summary>
public sealed class TempFolder : IDisposable
{
    private const int MostTries = 100;

    public TempFolder(string prefix = "devex-test-") => Path = Directory.CreateTempSubdirectory(prefix).FullName;

    /// <summary>The absolute path, without a slash at the end.</summary>
    public string Path { get; }

    /// <summary>The absolute path of something inside.</summary>
    public string this[string relativePath] => System.IO.Path.Combine(Path, relativePath);

    public void Dispose()
    {
        for (var tries = 1; Directory.Exists(Path); tries++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException) when (tries < MostTries)
            {
                // A shell that was told to end writes its history last.
            }
        }
    }
}

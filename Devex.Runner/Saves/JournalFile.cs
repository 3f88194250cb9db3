using System.Text;
using Devex.Runner.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Saves;

/// <summary>
/// Files beside the documents' journal by which the saver and <c>serve</c> tell each other how things are. Programs of the user can write there too, and the
/// saver runs outside their sandbox: no link is followed, and what is no plain file is not there.
/// </summary>
internal static class JournalFile
{
    public const string Saves = ".devex-saves.json";
    public const string Serving = ".devex-serving";

    private const int OwnerOnly = 0x180;

    /// <summary>The open file; null when there is none that may be used.</summary>
    /// <param name="journal">The journal's folder.</param>
    /// <param name="name">One of the names above.</param>
    /// <param name="flags">Of <c>openat</c>.</param>
    public static SafeFileHandle? Open(string journal, string name, int flags)
    {
        using var folder = Folder.Open(null, Encoding.UTF8.GetBytes(journal));
        if (folder is null)
            return null;
        // Not blocking: the other end of a pipe may never come.
        var file = Libc.OpenAt(folder, Encoding.UTF8.GetBytes(name), flags | Libc.NoFollow | Libc.NonBlocking, OwnerOnly);
        if (file is null || (Libc.TryStat(file, [], out var status) && status.IsFile))
            return file;
        file.Dispose();
        return null;
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Devex.Core.Runtimes.Process;

/// <summary>Permissions of folders and files that sessions need.</summary>
[SuppressMessage("Interoperability", "CA1416", Justification = "Windows runs Devex through WSL 2, that is on Linux.")]
internal static class Modes
{
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>A session's own user passes through to what is its own and lists nothing.</summary>
    public const UnixFileMode Passage = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public const UnixFileMode Readable = Passage | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static void CreateFolder(string path, UnixFileMode mode) => Directory.CreateDirectory(path, mode);

    public static void Set(string path, UnixFileMode mode) => File.SetUnixFileMode(path, mode);

    /// <summary>A new file that only the given mode ever opens.</summary>
    public static FileStream CreateFile(string path, UnixFileMode mode) =>
        new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode });
}

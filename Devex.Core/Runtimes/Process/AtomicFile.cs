namespace Devex.Core.Runtimes.Process;

/// <summary>Files that a reader sees whole or not at all, whenever Core dies.</summary>
internal static class AtomicFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Write(string path, string text, UnixFileMode mode = Private, int? uid = null)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        using (var stream = Modes.CreateFile(temporary, mode))
        using (var writer = new StreamWriter(stream))
            writer.Write(text);
        if (uid is { } owner)
            Native.ChangeOwner(temporary, owner);
        File.Move(temporary, path, overwrite: true);
    }
}

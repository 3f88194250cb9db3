namespace Devex.Core.Runtimes.Process;

/// <summary>Permissions of folders that sessions need.</summary>
internal static class Modes
{
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>A session's own user passes through to what is its own and lists nothing.</summary>
    public const UnixFileMode Passage = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public const UnixFileMode Readable = Passage | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
}

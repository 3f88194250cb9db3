using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Files;

/// <summary>The kernel's errors in words.</summary>
internal static class FileErrors
{
    public const int Permission = 1;
    public const int NotFound = 2;
    public const int NotSupported = 95;
    public const int Access = 13;
    public const int Exists = 17;
    public const int CrossDevice = 18;
    public const int NoFolder = 20;
    public const int IsFolder = 21;
    public const int Invalid = 22;
    public const int NoSpace = 28;
    public const int ReadOnlySystem = 30;
    public const int NameTooLong = 36;
    public const int NotEmpty = 39;
    public const int TooManyLinks = 40;
    public const int NoSystemCall = 38;
    public const int Quota = 122;

    /// <summary>The exception for a failed call.</summary>
    public static SessionException From(int error, string path) => error switch
    {
        NotFound or NoFolder => Missing(path),
        Exists => Taken(path),
        NotEmpty => new(ErrorCodes.Conflict, "files.notEmpty", "The folder is not empty.", path),
        Access or Permission => new(ErrorCodes.Forbidden, "files.denied", "The file's permissions do not allow it.", path),
        ReadOnlySystem => new(ErrorCodes.Forbidden, "files.denied", "It is on a read-only file system.", path),
        NoSpace or Quota => new(ErrorCodes.Full, "files.full", "No room is left; delete something and try again.", path),
        NameTooLong => new(ErrorCodes.BadPath, "files.name", "The name is too long.", path),
        IsFolder => IsAFolder(path),
        TooManyLinks => Changed(path),
        _ => new(ErrorCodes.InternalError, "files.failed", $"The file system refused with error {error}.", path),
    };

    public static SessionException Missing(string path) => new(
        ErrorCodes.NotFound, "files.notFound",
        path.Contains('\uFFFD', StringComparison.Ordinal) ? "Its name is not valid UTF-8; rename it in a terminal." : "There is no such file or folder.",
        path);

    public static SessionException Taken(string path) => new(ErrorCodes.Conflict, "files.exists", "There is something of that name already.", path);

    public static SessionException Changed(string path) => new(ErrorCodes.Conflict, "files.changed", "It was changed meanwhile; read it again.", path);

    public static SessionException Outside(string path) => new(ErrorCodes.Forbidden, "files.outside", "This link leads out of the workspace.", path);

    public static SessionException IsAFolder(string path) => new(ErrorCodes.WrongKind, "files.isFolder", "It is a folder.", path);

    public static SessionException NotAFile(string path) => new(ErrorCodes.WrongKind, "files.notFile", "It is a pipe, socket or device.", path);

    public static SessionException IsRoot() => new(ErrorCodes.BadPath, "files.root", "The workspace itself stays as it is.", "");
}

using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Files;

/// <summary>A path as clients write it: relative to the workspace, <c>/</c> between segments, empty for the workspace itself.</summary>
internal static class RelativePath
{
    private const int MaxSegment = 255;
    private const int MaxPath = 4000;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The segments, as the kernel wants them.</summary>
    /// <exception cref="SessionException">400: no such path can be.</exception>
    public static byte[][] Parse(string path)
    {
        if (path.Length == 0)
            return [];
        if (path.Length > MaxPath)
            throw Bad("The path is too long.", path[..64]);
        return Array.ConvertAll(path.Split('/'), segment => Segment(segment, path));
    }

    /// <summary>Joins a folder's path and a name.</summary>
    public static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    /// <summary>The last segment.</summary>
    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static byte[] Segment(string segment, string path)
    {
        if (segment is "" or "." or "..")
            throw Bad("A path is relative and has no empty, \".\" or \"..\" segment.", path);
        if (segment.Contains('\0', StringComparison.Ordinal))
            throw Bad("A name cannot hold NUL.", path.Replace('\0', '?'));
        if (segment.StartsWith(SessionProtocol.TemporaryPrefix, StringComparison.Ordinal))
            throw Bad($"Names that begin with {SessionProtocol.TemporaryPrefix} are Devex's own.", path);
        try
        {
            var name = FileNames.Encode(segment, Strict);
            return name.Length - 1 <= MaxSegment ? name : throw Bad($"A name has at most {MaxSegment} bytes.", path);
        }
        catch (EncoderFallbackException)
        {
            throw Bad("A name must be valid Unicode.", null);
        }
    }

    private static SessionException Bad(string message, string? path) => new(ErrorCodes.BadPath, "files.path", message, path);
}

using System.Security.Cryptography;
using System.Text;
using Devex.Contracts.Protocol;

namespace Devex.Runner.Files;

/// <summary>Names as the kernel has them: bytes that end in NUL.</summary>
internal static class FileNames
{
    /// <summary>The folder itself.</summary>
    public static readonly byte[] Self = [(byte)'.', 0];

    private static readonly byte[] TemporaryPrefix = Encoding.ASCII.GetBytes(SessionProtocol.TemporaryPrefix);

    public static byte[] Encode(string name, Encoding? encoding = null)
    {
        encoding ??= Encoding.UTF8;
        var bytes = new byte[encoding.GetByteCount(name) + 1];
        encoding.GetBytes(name, bytes);
        return bytes;
    }

    /// <summary>For people: what is not UTF-8 becomes U+FFFD.</summary>
    public static string Decode(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name.TrimEnd((byte)0));

    /// <summary>A fresh name for something that is renamed when it is complete.</summary>
    public static byte[] Temporary() => Encode(SessionProtocol.TemporaryPrefix + RandomNumberGenerator.GetHexString(16, lowercase: true));

    /// <summary>Whether it is one of Devex's own, which nobody is shown.</summary>
    public static bool IsTemporary(ReadOnlySpan<byte> name) => name.StartsWith(TemporaryPrefix);
}

using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>Reads the names in an open folder, as bytes; Devex's own temporary files are left out.</summary>
internal static class FolderEntries
{
    private const int BufferSize = 32 << 10;
    private const int LengthOffset = 16;
    private const int NameOffset = 19;

    /// <summary>The names, in the file system's order.</summary>
    public static List<byte[]> Read(SafeFileHandle folder, string path, bool temporaryToo = false)
    {
        var names = new List<byte[]>();
        var buffer = new byte[BufferSize];
        while (true)
        {
            var read = (int)FileCalls.ReadFolder(folder, buffer, BufferSize);
            if (read < 0)
                throw FileErrors.From(FileCalls.Error, path);
            if (read == 0)
                return names;
            for (var at = 0; at < read;)
            {
                var length = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + LengthOffset));
                var name = buffer.AsSpan(at + NameOffset, length - NameOffset);
                name = name[..(name.IndexOf((byte)0) + 1)];
                at += length;
                if (!name.SequenceEqual(".\0"u8) && !name.SequenceEqual("..\0"u8) && (temporaryToo || !FileNames.IsTemporary(name)))
                    names.Add(name.ToArray());
            }
        }
    }
}

using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Snapshots;

/// <summary>Folders by handle: no step follows a link.</summary>
internal static class Folder
{
    public static SafeFileHandle? Open(SafeFileHandle? parent, ReadOnlySpan<byte> name) =>
        Libc.OpenAt(parent, name, Libc.ReadOnly | Libc.Directory | Libc.NoFollow);

    /// <summary>Opens the folder <paramref name="path"/> below another, name by name; null when a name is absent, a link or no folder.</summary>
    public static SafeFileHandle? OpenBelow(SafeFileHandle root, ReadOnlySpan<byte> path)
    {
        var folder = Open(root, "."u8);
        foreach (var range in path.Split((byte)'/'))
        {
            if (folder is null || path[range].IsEmpty)
                break;
            var next = Open(folder, path[range]);
            folder.Dispose();
            folder = next;
        }
        return folder;
    }

    /// <summary>Names in a folder, in order of bytes; null when it cannot be read.</summary>
    public static List<byte[]>? Names(SafeFileHandle folder)
    {
        var names = new List<byte[]>();
        var buffer = new byte[32 * 1024];
        int length;
        while ((length = Libc.GetDents(folder, buffer)) > 0)
        {
            for (var rest = buffer.AsSpan(0, length); rest.Length > 0; rest = rest[BinaryPrimitives.ReadUInt16LittleEndian(rest[16..])..])
            {
                var name = rest[19..];
                name = name[..name.IndexOf((byte)0)];
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                    names.Add(name.ToArray());
            }
        }
        names.Sort((left, right) => left.AsSpan().SequenceCompareTo(right));
        return length < 0 ? null : names;
    }
}

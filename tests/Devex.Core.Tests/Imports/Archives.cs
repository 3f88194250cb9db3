using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Devex.Core.Tests.Imports;

/// <summary>Archives as people, and others, make them.</summary>
internal static class Archives
{
    private const int LinkKind = unchecked((int)0xa1ff0000);

    /// <summary>A text of <c>→ x</c> is a link.</summary>
    public static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                var entry = zip.CreateEntry(name);
                if (text.StartsWith("→ ", StringComparison.Ordinal))
                    entry.ExternalAttributes = LinkKind;
                else if (text.StartsWith("#!", StringComparison.Ordinal))
                    entry.ExternalAttributes = 0x81ed << 16;
                using var content = entry.Open();
                content.Write(Encoding.UTF8.GetBytes(text.StartsWith("→ ", StringComparison.Ordinal) ? text[2..] : text));
            }
        }
        return bytes.ToArray();
    }

    /// <summary>A zip whose directory names one content <paramref name="count"/> times, in the long form where there are more than the short one can count.</summary>
    public static byte[] Overlapping(string text, int count)
    {
        var one = Zip(("0000000", text));
        var directory = one.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        var end = one.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        using var bytes = new MemoryStream();
        bytes.Write(one.AsSpan(0, directory));
        var record = one[directory..end];
        for (var i = 0; i < count; i++)
        {
            Encoding.ASCII.GetBytes(i.ToString("0000000", System.Globalization.CultureInfo.InvariantCulture)).CopyTo(record, 46);
            bytes.Write(record);
        }
        var (big, start, length) = (bytes.Length, (long)directory, bytes.Length - directory);
        using var writer = new BinaryWriter(bytes);
        // ZIP64 end of the directory, its locator, and the short end that points to them.
        writer.Write("PK\u0006\u0006"u8);
        writer.Write(44L);
        writer.Write((short)45);
        writer.Write((short)45);
        writer.Write(0);
        writer.Write(0);
        foreach (var value in (long[])[count, count, length, start])
            writer.Write(value);
        writer.Write("PK\u0006\u0007"u8);
        writer.Write(0);
        writer.Write(big);
        writer.Write(1);
        writer.Write("PK\u0005\u0006"u8);
        writer.Write(0);
        writer.Write(ushort.MaxValue);
        writer.Write(ushort.MaxValue);
        writer.Write(uint.MaxValue);
        writer.Write(uint.MaxValue);
        writer.Write((short)0);
        return bytes.ToArray();
    }

    public static byte[] Tar(bool gzip, params TarEntry[] entries)
    {
        using var bytes = new MemoryStream();
        using (Stream stream = gzip ? new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true) : new MemoryStream())
        {
            using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
            {
                foreach (var entry in entries)
                    tar.WriteEntry(entry);
            }
            if (!gzip)
            {
                stream.Position = 0;
                stream.CopyTo(bytes);
            }
        }
        return bytes.ToArray();
    }

    public static TarEntry File(string name, string text, TarEntryFormat format = TarEntryFormat.Pax) => format == TarEntryFormat.Gnu
        ? new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) }
        : new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    public static TarEntry Link(string name, string target, TarEntryType type = TarEntryType.SymbolicLink) => new PaxTarEntry(type, name) { LinkName = target };
}

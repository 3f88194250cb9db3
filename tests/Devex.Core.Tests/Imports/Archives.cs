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

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Devex.Runner.Documents;

/// <summary>
/// Records of a journal: length, CRC-32C of the payload, payload. The first is a checkpoint; updates and marks of flushes
/// follow. A record that was torn off, by a kill or a full disk, fails its check, and with it everything after ends.
/// </summary>
internal static class JournalRecords
{
    private const int HeaderSize = 8;
    private const byte CheckpointKind = 1;
    private const byte UpdateKind = 2;
    private const byte FlushedKind = 3;
    private const byte MergedKind = 4;

    public static void WriteCheckpoint(Stream to, Checkpoint start) => Write(to, CheckpointKind, writer =>
    {
        writer.Write(start.Version);
        writer.Write(start.BootId);
        writer.Write(start.Received.Count);
        foreach (var (client, n) in start.Received)
        {
            writer.Write(client);
            writer.Write(n);
        }

        writer.Write(MemoryMarshal.AsBytes(start.Text.AsSpan()));
    });

    public static void WriteUpdate(Stream to, long version, Update update) => Write(to, UpdateKind, writer =>
    {
        writer.Write(version);
        writer.Write(update.Client);
        writer.Write(update.N);
        writer.Write(update.Json);
    });

    /// <summary>The file holds <paramref name="version"/> and has this hash.</summary>
    public static void WriteFlushed(Stream to, long version, string hash) => Write(to, FlushedKind, writer =>
    {
        writer.Write(version);
        writer.Write(hash);
    });

    /// <summary>What another program wrote, a file of this hash, is part of the updates so far; the file holds no version.</summary>
    public static void WriteMerged(Stream to, long version, string hash) => Write(to, MergedKind, writer =>
    {
        writer.Write(version);
        writer.Write(hash);
    });

    /// <summary>Reads as far as the records are whole and follow each other; null when there is not even a checkpoint.</summary>
    public static JournalContent? Read(ReadOnlySpan<byte> bytes)
    {
        Checkpoint? start = null;
        var updates = new List<Update>();
        var (flushed, fileHash, length) = (0L, (string?)null, 0);
        while (TryPayload(bytes[length..], out var payload))
        {
            using var reader = new BinaryReader(new MemoryStream(payload.ToArray()), Encoding.UTF8);
            var kind = reader.ReadByte();
            var version = reader.ReadInt64();
            if (start is null)
            {
                if (kind != CheckpointKind) return null;
                start = ReadCheckpoint(reader, version);
                flushed = version;
            }
            else if (kind is FlushedKind or MergedKind)
            {
                if (kind == FlushedKind) flushed = version;
                fileHash = reader.ReadString();
            }
            else if (kind == UpdateKind && version == start.Version + updates.Count)
            {
                var (client, n) = (reader.ReadString(), reader.ReadInt64());
                updates.Add(new Update(client, n, ChangeSetJson.Parse(payload[(int)reader.BaseStream.Position..])));
            }
            else
            {
                break;
            }

            length += HeaderSize + payload.Length;
        }

        return start is null ? null : new JournalContent(start, updates, flushed, fileHash, length);
    }

    private static Checkpoint ReadCheckpoint(BinaryReader reader, long version)
    {
        var boot = reader.ReadString();
        var received = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var left = reader.ReadInt32(); left > 0; left--) received[reader.ReadString()] = reader.ReadInt64();
        var rest = reader.ReadBytes((int)(reader.BaseStream.Length - reader.BaseStream.Position));
        return new Checkpoint(version, boot, received, MemoryMarshal.Cast<byte, char>(rest).ToString());
    }

    private static void Write(Stream to, byte kind, Action<BinaryWriter> body)
    {
        using var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload, Encoding.UTF8);
        writer.Write(kind);
        body(writer);
        writer.Flush();
        var bytes = payload.GetBuffer().AsSpan(0, (int)payload.Length);
        Span<byte> header = stackalloc byte[HeaderSize];
        BinaryPrimitives.WriteInt32LittleEndian(header, bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Checksum(bytes));
        to.Write(header);
        to.Write(bytes);
    }

    private static bool TryPayload(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (bytes.Length < HeaderSize) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < 1 + sizeof(long) || length > bytes.Length - HeaderSize) return false;
        payload = bytes.Slice(HeaderSize, length);
        return Checksum(payload) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var checksum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes) checksum = BitOperations.Crc32C(checksum, value);
        return ~checksum;
    }
}

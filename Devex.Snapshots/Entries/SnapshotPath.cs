using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Devex.Snapshots.Entries;

/// <summary>
/// A path below a snapshot's parts, such as <c>workspace/src/main.c</c>: the file system's own bytes, since names need not be UTF-8.
/// As text, bytes that are no UTF-8 are written <c>\xNN</c> and a backslash <c>\\</c>, which reads back to the same bytes.
/// </summary>
/// <remarks>
/// Ordered by bytes with the slash below all others: a folder comes right before what it holds, and nothing else comes between.
/// </remarks>
public readonly struct SnapshotPath : IEquatable<SnapshotPath>, IComparable<SnapshotPath>
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly byte[]? _bytes;

    private SnapshotPath(byte[] bytes) => _bytes = bytes;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The last name.</summary>
    public ReadOnlySpan<byte> Name => Bytes[(Bytes.LastIndexOf((byte)'/') + 1)..];

    /// <summary>The folder it is in; empty for a part.</summary>
    public ReadOnlySpan<byte> Folder => Bytes.LastIndexOf((byte)'/') is >= 0 and var slash ? Bytes[..slash] : [];

    /// <summary>Names in it.</summary>
    public int Depth => Bytes.Count((byte)'/') + 1;

    /// <summary>Whether this is somewhere below <paramref name="folder"/>.</summary>
    public bool IsBelow(SnapshotPath folder) => Bytes.Length > folder.Bytes.Length && Bytes[folder.Bytes.Length] == '/' && Bytes.StartsWith(folder.Bytes);

    public static SnapshotPath Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out var path) ? path.Value : throw new SnapshotFormatException("A path is not one below workspace, home or documents.");

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SnapshotPath? path)
    {
        path = null;
        if (bytes.Length is 0 or > SnapshotFormat.MaxPathBytes || bytes.Contains((byte)0))
            return false;
        var depth = 0;
        foreach (var range in bytes.Split((byte)'/'))
        {
            var name = bytes[range];
            if (name.Length is 0 or > SnapshotFormat.MaxNameBytes || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
                return false;
            if (depth++ == 0 && !name.SequenceEqual("workspace"u8) && !name.SequenceEqual("home"u8) && !name.SequenceEqual("documents"u8))
                return false;
        }
        if (depth > SnapshotFormat.MaxDepth)
            return false;
        path = new SnapshotPath(bytes.ToArray());
        return true;
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SnapshotPath? path)
    {
        path = null;
        if (text.Length > 4 * SnapshotFormat.MaxPathBytes)
            return false;
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length;)
        {
            if (text[i] != '\\')
            {
                var end = text.IndexOf('\\', i);
                end = end < 0 ? text.Length : end;
                length += Encoding.UTF8.GetBytes(text.AsSpan(i, end - i), bytes.AsSpan(length));
                i = end;
            }
            else if (i + 1 < text.Length && text[i + 1] == '\\')
            {
                bytes[length++] = (byte)'\\';
                i += 2;
            }
            else if (i + 3 < text.Length && text[i + 1] == 'x'
                && byte.TryParse(text.AsSpan(i + 2, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value))
            {
                bytes[length++] = value;
                i += 4;
            }
            else
            {
                return false;
            }
        }
        return TryParse(bytes.AsSpan(0, length), out path);
    }

    /// <summary>The path of <paramref name="name"/> in this folder.</summary>
    public bool TryAppend(ReadOnlySpan<byte> name, [NotNullWhen(true)] out SnapshotPath? path)
    {
        path = null;
        if (Bytes.Length + 1 + name.Length > SnapshotFormat.MaxPathBytes || name.Length is 0 or > SnapshotFormat.MaxNameBytes || Depth >= SnapshotFormat.MaxDepth)
            return false;
        path = new SnapshotPath([.. Bytes, (byte)'/', .. name]);
        return true;
    }

    public int CompareTo(SnapshotPath other) => Compare(Bytes, other.Bytes);

    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length.CompareTo(right.Length);
        return Rank(left[common]).CompareTo(Rank(right[common]));

        static int Rank(byte value) => value == (byte)'/' ? 0 : value;
    }

    public bool Equals(SnapshotPath other) => Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is SnapshotPath other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    public static bool operator ==(SnapshotPath left, SnapshotPath right) => left.Equals(right);

    public static bool operator !=(SnapshotPath left, SnapshotPath right) => !left.Equals(right);

    public static bool operator <(SnapshotPath left, SnapshotPath right) => left.CompareTo(right) < 0;

    public static bool operator >(SnapshotPath left, SnapshotPath right) => left.CompareTo(right) > 0;

    public static bool operator <=(SnapshotPath left, SnapshotPath right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SnapshotPath left, SnapshotPath right) => left.CompareTo(right) >= 0;

    public override string ToString() => Escape(Bytes);

    /// <summary>Bytes of a path or name as text.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.Contains((byte)'\\') && System.Text.Unicode.Utf8.IsValid(bytes))
            return Strict.GetString(bytes);
        var text = new StringBuilder();
        while (bytes.Length > 0)
        {
            if (bytes[0] == '\\')
            {
                text.Append(@"\\");
                bytes = bytes[1..];
            }
            else if (Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune);
                bytes = bytes[consumed..];
            }
            else
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{bytes[0]:x2}");
                bytes = bytes[1..];
            }
        }
        return text.ToString();
    }
}

using System.Globalization;
using Devex.EmbeddedS3.Errors;

namespace Devex.EmbeddedS3.Objects;

/// <summary>A part of an object: the first byte and how many.</summary>
internal readonly record struct ByteRange(long Start, long Length)
{
    private const string Unit = "bytes=";

    /// <summary>Null means the whole object: no header, one of another form, or several ranges, which S3 does not serve.</summary>
    /// <exception cref="S3Exception">InvalidRange: well-formed, but nothing of the object is in it.</exception>
    public static ByteRange? Parse(string header, long size)
    {
        if (!header.StartsWith(Unit, StringComparison.Ordinal) || header.Contains(',', StringComparison.Ordinal)) return null;
        var ends = header[Unit.Length..].Split('-', 2, StringSplitOptions.TrimEntries);
        if (ends.Length != 2) return null;

        if (ends[0].Length == 0)
        {
            if (!TryParse(ends[1], out var suffix)) return null;
            var length = Math.Min(suffix, size);
            return length > 0 ? new(size - length, length) : throw S3Error.InvalidRange.Exception();
        }

        var last = size - 1;
        if (!TryParse(ends[0], out var first) || (ends[1].Length > 0 && !TryParse(ends[1], out last)) || (ends[1].Length > 0 && last < first)) return null;
        if (first >= size) throw S3Error.InvalidRange.Exception();
        return new(first, Math.Min(last, size - 1) - first + 1);
    }

    private static bool TryParse(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}

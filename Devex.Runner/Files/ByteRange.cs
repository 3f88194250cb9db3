using System.Globalization;

namespace Devex.Runner.Files;

/// <summary>The part of a file that a request asks for.</summary>
internal static class ByteRange
{
    /// <summary>Start and length; the whole when there is no single range in bytes, or the condition on it fails; null when it lies outside.</summary>
    public static (long Start, long Length)? Parse(HttpRequest request, string tag, long size)
    {
        const string Unit = "bytes=";
        var whole = (0L, size);
        var condition = request.Headers.IfRange;
        if (request.Headers.Range is not [{ } text] || !text.StartsWith(Unit, StringComparison.Ordinal) || text.Contains(',', StringComparison.Ordinal)
            || (condition.Count > 0 && condition != tag))
        {
            return whole;
        }
        var parts = text[Unit.Length..].Split('-');
        if (parts is not [var first, var last] || !Number(first, out var from) || !Number(last, out var to) || (from ?? to) is null)
            return whole;
        if (from is null)
            return to == 0 || size == 0 ? null : (Math.Max(0, size - to!.Value), Math.Min(size, to.Value));
        if (from >= size)
            return null;
        if (to < from)
            return whole;
        return (from.Value, Math.Min(to ?? size - 1, size - 1) - from.Value + 1);
    }

    private static bool Number(string text, out long? value)
    {
        value = null;
        if (text.Length == 0)
            return true;
        var parsed = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        value = number;
        return parsed;
    }
}

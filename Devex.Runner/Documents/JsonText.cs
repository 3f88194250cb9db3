using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Devex.Runner.Documents;

/// <summary>Reads JSON strings that browsers may send and .NET refuses: those with lone surrogates.</summary>
internal static class JsonText
{
    /// <summary>The string at <paramref name="reader"/>, each lone surrogate replaced by U+FFFD.</summary>
    /// <exception cref="ChangeException">It is not UTF-8.</exception>
    public static string Read(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException) when (reader.ValueIsEscaped)
        {
            return Unescape(reader.ValueSpan);
        }
        catch (InvalidOperationException)
        {
            throw new ChangeException("A line in a change set is not UTF-8.");
        }
    }

    /// <summary>Replaces each lone surrogate by U+FFFD; the same string where there is none.</summary>
    public static string WithoutLoneSurrogates(string text)
    {
        char[]? repaired = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
                continue;
            }

            repaired ??= text.ToCharArray();
            repaired[i] = '\uFFFD';
        }

        return repaired is null ? text : new string(repaired);
    }

    // The reader has checked the escapes; only the pairing of surrogates is in doubt.
    private static string Unescape(ReadOnlySpan<byte> raw)
    {
        var source = Encoding.UTF8.GetString(raw);
        var text = new StringBuilder(source.Length);
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] != '\\')
            {
                text.Append(source[i]);
                continue;
            }

            i++;
            text.Append(source[i] switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => (char)ushort.Parse(source.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                var c => c,
            });
            if (source[i] == 'u') i += 4;
        }

        return WithoutLoneSurrogates(text.ToString());
    }
}

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Devex.Contracts;

/// <summary>
/// Identifies a REPL: 12 characters of Crockford's alphabet in lower case (<c>0-9a-hjkmnp-tv-z</c>), 60 random bits.
/// It is a DNS label, leaves room for <c>{port}-</c> before it, and is what host names, object keys and Kubernetes names are made of.
/// </summary>
[JsonConverter(typeof(ReplIdJsonConverter))]
public readonly record struct ReplId : ISpanParsable<ReplId>
{
    /// <summary>Number of characters of every id.</summary>
    public const int Length = 12;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);

    private readonly string? _value;

    private ReplId(string value) => _value = value;

    /// <summary>Makes a new random id.</summary>
    public static ReplId New() => new(RandomNumberGenerator.GetString(Alphabet, Length));

    /// <inheritdoc/>
    public static ReplId Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static ReplId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("A REPL id has 12 characters of 0-9 and a-z without i, l, o and u.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ReplId result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>Parses an id without regard to culture.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out ReplId result) => TryParse(s.AsSpan(), null, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ReplId result)
    {
        result = default;
        if (s.Length != Length || s.ContainsAnyExcept(Allowed))
            return false;
        result = new ReplId(s.ToString());
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => _value ?? throw new InvalidOperationException("This REPL id was never set.");
}

/// <summary>Reads and writes the id as a JSON string.</summary>
public sealed class ReplIdJsonConverter : JsonConverter<ReplId>
{
    /// <inheritdoc/>
    public override ReplId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ReplId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("Not a REPL id.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ReplId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

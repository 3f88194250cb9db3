using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Devex.Contracts;

/// <summary>
/// Identifies a user by the identity provider and its own immutable id: <c>github-583231</c>, or <c>local-ada</c> in development.
/// At most 63 characters of <c>a-z 0-9 -</c>, beginning with the provider's name; used in object keys.
/// </summary>
[JsonConverter(typeof(UserIdJsonConverter))]
public readonly record struct UserId : ISpanParsable<UserId>
{
    private readonly string? _value;

    private UserId(string value) => _value = value;

    /// <summary>The id of a GitHub account by its numeric id, which survives renames.</summary>
    public static UserId GitHub(long id) => new($"github-{id}");

    /// <summary>The id of a development identity. <paramref name="name"/> has 1 to 32 characters of <c>a-z 0-9</c>.</summary>
    public static UserId Local(string name) => Parse($"local-{name}");

    /// <inheritdoc/>
    public static UserId Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static UserId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("A user id looks like github-583231.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out UserId result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>Parses an id without regard to culture.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out UserId result) => TryParse(s.AsSpan(), null, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out UserId result)
    {
        result = default;
        var dash = s.IndexOf('-');
        if (s.Length > 63 || dash < 1 || dash == s.Length - 1 || s[..dash].ContainsAnyExceptInRange('a', 'z'))
            return false;
        foreach (var c in s)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                return false;
        }
        result = new UserId(s.ToString());
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => _value ?? throw new InvalidOperationException("This user id was never set.");
}

/// <summary>Reads and writes the id as a JSON string.</summary>
public sealed class UserIdJsonConverter : JsonConverter<UserId>
{
    /// <inheritdoc/>
    public override UserId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        UserId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("Not a user id.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, UserId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

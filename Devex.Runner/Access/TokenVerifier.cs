using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Devex.Runner.Serving;

namespace Devex.Runner.Access;

/// <summary>
/// Verifies Core's tokens: ES256 alone, P-256 keys alone, unpadded base64url, <c>exp</c> and <c>iat</c> with 5 s of skew. Small and
/// strict by intent; what it does not know it refuses.
/// </summary>
internal sealed class TokenVerifier : IDisposable
{
    /// <summary>How far Core's clock may be off.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private const int MaxLength = 4096;
    private const int MaxKeys = 8;
    private const string P256 = "1.2.840.10045.3.1.7";

    private static readonly SearchValues<char> Base64UrlCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    private readonly TimeProvider _time;
    private readonly string _first;
    private volatile ECDsa[] _keys;

    public TokenVerifier(ServeOptions options, TimeProvider time)
    {
        _time = time;
        _first = options.CoreKey;
        try
        {
            _keys = [Import(options.CoreKey)];
        }
        catch (FormatException)
        {
            throw new UsageException("DEVEX_CORE_KEY must be a P-256 public key (SubjectPublicKeyInfo, base64).");
        }
    }

    /// <summary>Takes further keys beside the one given at creation.</summary>
    /// <exception cref="FormatException">One is no P-256 key, or there are too many; nothing changes.</exception>
    public void SetFurtherKeys(IReadOnlyList<string> keys)
    {
        if (keys.Count >= MaxKeys)
            throw new FormatException($"At most {MaxKeys - 1} further keys.");
        // Former keys are left to the finalizer: another thread may be verifying with one.
        _keys = [.. keys.Prepend(_first).Distinct(StringComparer.Ordinal).Select(Import)];
    }

    /// <summary>The claims of a valid token for <paramref name="audience"/> that lives no longer than <paramref name="longest"/>; else null.</summary>
    public TokenClaims? Verify(string? token, string audience, TimeSpan longest)
    {
        if (token is null or { Length: 0 or > MaxLength } || token.Split('.') is not [var head, var body, var tail])
            return null;
        if (Decode(head) is not { } header || Decode(body) is not { } payload || Decode(tail) is not { Length: 64 } signature)
            return null;
        try
        {
            using var headerJson = JsonDocument.Parse(header, Strict);
            if (!IsEs256(headerJson.RootElement))
                return null;
            var signed = Encoding.ASCII.GetBytes(token, 0, head.Length + 1 + body.Length);
            if (!IsSigned(signed, signature))
                return null;
            using var json = JsonDocument.Parse(payload, Strict);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var claims = new TokenClaims(json.RootElement.Clone());
            return claims["aud"] == audience && IsTimely(claims, longest) ? claims : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var key in _keys)
            key.Dispose();
    }

    private bool IsTimely(TokenClaims claims, TimeSpan longest)
    {
        var now = _time.GetUtcNow();
        return claims.Time("iat") is { } issued && claims.Time("exp") is { } ends
            && issued <= now + Skew && ends > now - Skew && ends > issued && ends - issued <= longest;
    }

    private bool IsSigned(byte[] signed, byte[] signature)
    {
        foreach (var key in _keys)
        {
            // An instance of ECDsa is not promised to be thread-safe.
            lock (key)
            {
                if (key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
                    return true;
            }
        }
        return false;
    }

    private static bool IsEs256(JsonElement header) =>
        header.ValueKind == JsonValueKind.Object
        && header.TryGetProperty("alg"u8, out var algorithm) && algorithm.ValueKind == JsonValueKind.String && algorithm.ValueEquals("ES256"u8)
        && !header.TryGetProperty("crit"u8, out _);

    private static byte[]? Decode(string part)
    {
        if (part.Length == 0 || part.AsSpan().ContainsAnyExcept(Base64UrlCharacters))
            return null;
        try
        {
            return Base64Url.DecodeFromChars(part);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static ECDsa Import(string key)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(key), out _);
            if (ecdsa.ExportParameters(false).Curve.Oid.Value == P256)
                return ecdsa;
        }
        catch (CryptographicException)
        {
        }
        ecdsa.Dispose();
        throw new FormatException("A key must be a P-256 public key (SubjectPublicKeyInfo, base64).");
    }
}

/// <summary>The claims of a token whose signature was verified.</summary>
internal sealed class TokenClaims(JsonElement json)
{
    /// <summary>A claim that is a string; null when it is absent or something else.</summary>
    public string? this[string name] =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A claim in seconds since 1970; null when it is absent or no such number.</summary>
    public DateTimeOffset? Time(string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
            && seconds is >= 0 and < 1L << 37
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}

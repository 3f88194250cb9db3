using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Devex.Contracts;
using Devex.Contracts.Tokens;

namespace Devex.Testing.Runner;

/// <summary>Signs as Core does, with a key made for the test. Every claim can be overridden to make a bad token.</summary>
public sealed class RunnerSigner : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>SubjectPublicKeyInfo, base64: <c>DEVEX_CORE_KEY</c>.</summary>
    public string PublicKey => Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo());

    /// <summary>A token of any header and claims.</summary>
    public string Sign(JsonObject claims, JsonObject? header = null)
    {
        var signed = $"{Encode(header ?? new JsonObject { ["alg"] = "ES256", ["typ"] = "JWT" })}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>A ticket that lives 60 s from <paramref name="at"/> (now).</summary>
    public string Ticket(
        ReplId repl, string instance, string user, Role role, string? name = null, DateTimeOffset? at = null, Action<JsonObject>? change = null)
    {
        var claims = Claims(Audiences.Ticket, TimeSpan.FromSeconds(60), at);
        claims["jti"] = Guid.NewGuid().ToString("N");
        claims["repl"] = repl.ToString();
        claims["inst"] = instance;
        claims["sub"] = user;
        claims["name"] = name ?? user;
        claims["role"] = role switch { Role.Viewer => "viewer", Role.Editor => "editor", _ => "owner" };
        change?.Invoke(claims);
        return Sign(claims);
    }

    /// <summary>The signature of one control request.</summary>
    public string Control(ReplId repl, string? instance, string method, string path, byte[] body, Action<JsonObject>? change = null)
    {
        var claims = Claims(Audiences.Control, TimeSpan.FromSeconds(60), null);
        claims["repl"] = repl.ToString();
        if (instance is not null)
            claims["inst"] = instance;
        claims["htm"] = method;
        claims["htu"] = path;
        claims["bh"] = Base64Url.EncodeToString(SHA256.HashData(body));
        change?.Invoke(claims);
        return Sign(claims);
    }

    /// <summary>The Gateway's token for <c>/ports/{port}</c>.</summary>
    public string Tunnel(ReplId repl, string instance)
    {
        var claims = Claims(Audiences.Tunnel, TimeSpan.FromMinutes(5), null);
        claims["repl"] = repl.ToString();
        claims["inst"] = instance;
        return Sign(claims);
    }

    /// <summary>Audience and times alone.</summary>
    public static JsonObject Claims(string audience, TimeSpan lifetime, DateTimeOffset? at)
    {
        var now = at ?? TimeProvider.System.GetUtcNow();
        return new JsonObject { ["aud"] = audience, ["iat"] = now.ToUnixTimeSeconds(), ["exp"] = (now + lifetime).ToUnixTimeSeconds() };
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}

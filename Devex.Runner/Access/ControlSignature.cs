using System.Buffers.Text;
using System.Security.Cryptography;
using Devex.Contracts.Tokens;
using Devex.Runner.Control;

namespace Devex.Runner.Access;

/// <summary>Core's signature over one request: method, path, body, REPL, instance and time.</summary>
internal sealed class ControlSignature(TokenVerifier verifier, SessionState session)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether Core signed this request for this instance. Only <c>GET /status</c>, by which Core learns the instance, may leave it out,
    /// and only a request without body the body's hash.
    /// </summary>
    public bool Verify(string? token, string method, string path, ReadOnlySpan<byte> body)
    {
        if (verifier.Verify(token, Audiences.Control, Lifetime) is not { } claims
            || claims["repl"] != session.ReplId.ToString() || claims["htm"] != method || claims["htu"] != path)
        {
            return false;
        }
        var instance = claims["inst"];
        if (instance != session.Instance && !(instance is null && method == "GET"))
            return false;
        var hash = claims["bh"];
        return hash is null ? body.IsEmpty && method == "GET" : hash == Base64Url.EncodeToString(SHA256.HashData(body));
    }
}

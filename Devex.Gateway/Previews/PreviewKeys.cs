using System.Security.Cryptography;
using Devex.Gateway.Sessions;
using Microsoft.IdentityModel.Tokens;

namespace Devex.Gateway.Previews;

/// <summary>Core's public keys, asked once and again when a cookie is signed by an unknown one, at most every 10 s.</summary>
internal sealed class PreviewKeys(GatewayCore core, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private SecurityKey[] _keys = [];
    private DateTimeOffset _askedAt = DateTimeOffset.MinValue;

    /// <summary>The keys known now; asked of Core when there are none, or when <paramref name="again"/> and the last time was long enough ago.</summary>
    public async ValueTask<IReadOnlyList<SecurityKey>> GetAsync(bool again, CancellationToken cancellationToken)
    {
        if (_keys.Length > 0 && (!again || time.GetUtcNow() - _askedAt < Pause))
            return _keys;
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (_keys.Length > 0 && time.GetUtcNow() - _askedAt < Pause)
                return _keys;
            var answer = await core.KeysAsync(cancellationToken);
            _askedAt = time.GetUtcNow();
            _keys = [.. answer.Keys.Select(Import)];
            return _keys;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private static ECDsaSecurityKey Import(string publicKey)
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(publicKey), out _);
        return new ECDsaSecurityKey(key);
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Core.Storage;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Devex.Core.Previews;

/// <summary>
/// Entrances to private previews: a code of 32 random bytes that works once within 60 s, exchanged by the Gateway for a signed cookie.
/// Redis holds the code's hash with what it opens.
/// </summary>
internal sealed class PreviewCodes(IConnectionMultiplexer redis, PreviewCookies cookies, IOptions<HostsOptions> hosts, TimeProvider time)
{
    private const int MaxCodeLength = 64;

    private static readonly TimeSpan CodeLife = TimeSpan.FromSeconds(60);

    public async Task<PreviewCode> IssueAsync(ReplId repl, int port, UserId user)
    {
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var expires = time.GetUtcNow() + CodeLife;
        var grant = JsonSerializer.Serialize(new PreviewGrant(repl, port, user, expires), CoreJson.Default.PreviewGrant);
        await redis.GetDatabase().StringSetAsync(KeyOf(code), grant, CodeLife);
        return new PreviewCode($"{hosts.Value.PreviewOrigin(repl.ToString(), port)}/.devex/enter", code, expires);
    }

    /// <summary>Uses a code up; null when it is unknown, used, expired, or for another preview.</summary>
    public async Task<(PreviewGrant Grant, PreviewSignIn SignIn)?> RedeemAsync(RedeemPreviewCode request)
    {
        if (request.Code is not { Length: > 0 and <= MaxCodeLength })
            return null;
        var found = await redis.GetDatabase().StringGetDeleteAsync(KeyOf(request.Code));
        if (found.IsNull || JsonSerializer.Deserialize(found.ToString(), CoreJson.Default.PreviewGrant) is not { } grant
            || grant.ReplId != request.ReplId || grant.Port != request.Port || grant.ExpiresAt <= time.GetUtcNow())
        {
            return null;
        }
        return (grant, cookies.Of(grant.User, grant.ReplId, grant.Port));
    }

    private static string KeyOf(string code) => RedisKeys.PreviewCode(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code))));
}

/// <summary>What a code opens, and for whom.</summary>
internal sealed record PreviewGrant(ReplId ReplId, int Port, UserId User, DateTimeOffset ExpiresAt);

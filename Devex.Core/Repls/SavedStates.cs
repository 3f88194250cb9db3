using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Storage;
using StackExchange.Redis;

namespace Devex.Core.Repls;

/// <summary>The newest snapshots, remembered in Redis so that lists need not ask S3.</summary>
internal sealed class SavedStates(IConnectionMultiplexer redis)
{
    private static readonly TimeSpan CacheFor = TimeSpan.FromDays(7);

    public async Task<SavedState?> FindAsync(ReplId id)
    {
        var cached = await redis.GetDatabase().StringGetAsync(RedisKeys.Saved(id));
        return cached.IsNull ? null : JsonSerializer.Deserialize(cached.ToString(), CoreJson.Default.SavedState);
    }

    public Task RememberAsync(ReplId id, SavedState saved) =>
        redis.GetDatabase().StringSetAsync(RedisKeys.Saved(id), JsonSerializer.Serialize(saved, CoreJson.Default.SavedState), CacheFor);
}

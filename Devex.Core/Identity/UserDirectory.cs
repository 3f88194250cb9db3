using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Storage;
using StackExchange.Redis;

namespace Devex.Core.Identity;

/// <summary>Users, read through Redis and written to S3.</summary>
internal sealed class UserDirectory(ObjectStore store, IConnectionMultiplexer redis, TimeProvider time)
{
    /// <summary>KEYS user; ARGV revision, record. Caches a record unless a newer one is cached.</summary>
    private const string PutScript = """
        if tonumber(redis.call('HGET', KEYS[1], 'revision') or '-1') > tonumber(ARGV[1]) then return 0 end
        redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'record', ARGV[2])
        return 1
        """;

    /// <summary>Null when nobody of that id ever signed in.</summary>
    public async Task<UserRecord?> FindAsync(UserId id, CancellationToken cancellationToken)
    {
        var cached = await redis.GetDatabase().HashGetAsync(RedisKeys.User(id), "record");
        if (!cached.IsNull)
            return JsonSerializer.Deserialize(cached.ToString(), CoreJson.Default.UserRecord);
        if (await store.ReadAsync(Key(id), CoreJson.Default.UserRecord, cancellationToken) is not { } stored)
            return null;
        await PutAsync(stored.Value);
        return stored.Value;
    }

    /// <summary>Those of them who ever signed in, in their order.</summary>
    public async Task<IEnumerable<UserRecord>> FindAsync(IEnumerable<UserId> ids, CancellationToken cancellationToken) =>
        (await Task.WhenAll(ids.Select(id => FindAsync(id, cancellationToken)))).OfType<UserRecord>();

    /// <summary>The truth in S3.</summary>
    public async Task<UserRecord?> ReadAsync(UserId id, CancellationToken cancellationToken) =>
        (await store.ReadAsync(Key(id), CoreJson.Default.UserRecord, cancellationToken))?.Value;

    /// <summary>Names to show; a user without a record is shown by id.</summary>
    public async Task<UserSummary> SummaryAsync(UserId id, CancellationToken cancellationToken) =>
        (await FindAsync(id, cancellationToken))?.Summary ?? new UserSummary(id, id.ToString(), id.ToString(), null);

    /// <summary>Keeps what the provider said at this sign-in; the first one makes the record.</summary>
    public async Task SignedInAsync(UserSummary user, string allowedBy, CancellationToken cancellationToken)
    {
        UserRecord Renew(UserRecord old) => old with { Login = user.Login, Name = user.Name, AvatarUrl = user.AvatarUrl, AllowedBy = allowedBy, DeletedAt = null };
        // Most come back as they were, and may come in while S3 is away.
        if (await FindAsync(user.Id, cancellationToken) is { } known && Renew(known) == known)
            return;
        if (await UpdateAsync(user.Id, old => Renew(old) is var next && next == old ? old : next, cancellationToken) is not null)
            return;
        var record = new UserRecord
        {
            Id = user.Id,
            Login = user.Login,
            Name = user.Name,
            AvatarUrl = user.AvatarUrl,
            CreatedAt = time.GetUtcNow(),
            AllowedBy = allowedBy,
        };
        if (await store.CreateAsync(Key(user.Id), record, CoreJson.Default.UserRecord, cancellationToken))
            await PutAsync(record);
        else
            await UpdateAsync(user.Id, Renew, cancellationToken);
    }

    public async Task<UserRecord?> UpdateAsync(UserId id, Func<UserRecord, UserRecord> change, CancellationToken cancellationToken)
    {
        var changed = await store.UpdateAsync(
            Key(id),
            CoreJson.Default.UserRecord,
            old => change(old) is var next && ReferenceEquals(next, old) ? old : next with { Revision = old.Revision + 1 },
            cancellationToken);
        if (changed is not null)
            await PutAsync(changed);
        return changed;
    }

    public static string Key(UserId id) => $"users/{id}/user.json";

    private async Task PutAsync(UserRecord user) => await redis.GetDatabase().ScriptEvaluateAsync(
        PutScript, [RedisKeys.User(user.Id)], [user.Revision, JsonSerializer.Serialize(user, CoreJson.Default.UserRecord)]);
}

using System.Text.Json;
using Devex.Contracts;
using Devex.Core.Storage;
using StackExchange.Redis;

namespace Devex.Core.Sessions.Store;

/// <summary>
/// <c>session:{id}</c>: a hash of <c>version</c>, <c>fence</c> and <c>json</c>, so that compare-and-set is a transaction on the version alone.
/// <c>sessions</c>: the set of those that are not stopped, as <c>{owner}/{id}</c>; <c>user:{owner}:sessions</c> the same of one owner, by which
/// the limit of sessions is counted (<see cref="Repls.ReplIndex"/>).
/// </summary>
internal sealed class RedisSessionStore(IConnectionMultiplexer redis) : ISessionStore
{
    /// <summary>Field of the hash: number of the lease under which it was last written.</summary>
    public const string Fence = "fence";

    private const string Active = "sessions";

    private IDatabase Database => redis.GetDatabase();

    public async Task<SessionRecord?> FindAsync(ReplId id, CancellationToken cancellationToken) =>
        Parse(await Database.HashGetAsync(Key(id), "json").WaitAsync(cancellationToken));

    public async Task<IReadOnlyList<SessionRecord?>> FindAsync(IReadOnlyList<ReplId> ids, CancellationToken cancellationToken)
    {
        var values = await Task.WhenAll(ids.Select(id => Database.HashGetAsync(Key(id), "json"))).WaitAsync(cancellationToken);
        return Array.ConvertAll(values, Parse);
    }

    public async Task<bool> TryWriteAsync(SessionRecord next, CancellationToken cancellationToken)
    {
        var key = Key(next.Id);
        var member = $"{next.Owner}/{next.Id}";
        var transaction = Database.CreateTransaction();
        transaction.AddCondition(next.Version == 1
            ? Condition.KeyNotExists(key)
            : Condition.HashEqual(key, "version", next.Version - 1));
        _ = transaction.HashSetAsync(key, [new("version", next.Version), new(Fence, next.Fence), new("json", JsonSerializer.Serialize(next, JsonSerializerOptions.Web))]);
        foreach (var (set, value) in (ReadOnlySpan<(RedisKey, string)>)[(Active, member), (RedisKeys.Sessions(next.Owner), next.Id.ToString())])
            _ = next.Phase is SessionPhase.Stopped ? transaction.SetRemoveAsync(set, value) : transaction.SetAddAsync(set, value);
        return await transaction.ExecuteAsync().WaitAsync(cancellationToken);
    }

    public async Task DeleteAsync(ReplId id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } record)
            return;
        var transaction = Database.CreateTransaction();
        _ = transaction.KeyDeleteAsync(Key(id));
        _ = transaction.SetRemoveAsync(Active, $"{record.Owner}/{id}");
        _ = transaction.SetRemoveAsync(RedisKeys.Sessions(record.Owner), id.ToString());
        await transaction.ExecuteAsync().WaitAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<(UserId Owner, ReplId Id)>> ActiveAsync(CancellationToken cancellationToken)
    {
        var members = await Database.SetMembersAsync(Active).WaitAsync(cancellationToken);
        return [.. members.Select(member => member.ToString().Split('/')).Select(parts => (UserId.Parse(parts[0]), ReplId.Parse(parts[1])))];
    }

    public static RedisKey Key(ReplId id) => $"session:{id}";

    private static SessionRecord? Parse(RedisValue value) =>
        value.HasValue ? JsonSerializer.Deserialize<SessionRecord>(value.ToString(), JsonSerializerOptions.Web) : null;
}

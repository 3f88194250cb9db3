using System.Globalization;
using System.Text.Json;
using Devex.Contracts;
using Devex.Core.Storage;
using StackExchange.Redis;

namespace Devex.Core.Repls;

/// <summary>
/// What Redis knows of REPLs: where each is, who owns which, which names are taken, and how many run. Every change is one script, so
/// that limits hold whatever the number of replicas; all of it is made anew from S3 by <see cref="IndexRepair"/>.
/// </summary>
internal sealed partial class ReplIndex(IConnectionMultiplexer redis, TimeProvider time)
{
    private IDatabase Database => redis.GetDatabase();

    private string Now => time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether every REPL of S3 is in the index; not so after Redis was emptied.</summary>
    public Task<bool> IsCompleteAsync() => Database.KeyExistsAsync(RedisKeys.IndexComplete);

    public Task MarkCompleteAsync() => Database.StringSetAsync(RedisKeys.IndexComplete, Now);

    public async Task<ReplRecord?> FindAsync(ReplId id) => Parse(await Database.HashGetAsync(RedisKeys.Repl(id), "record"));

    public async Task<IReadOnlyList<ReplRecord>> FindAsync(IEnumerable<ReplId> ids)
    {
        var database = Database;
        var records = await Task.WhenAll(ids.Select(id => database.HashGetAsync(RedisKeys.Repl(id), "record")));
        return [.. records.Select(Parse).OfType<ReplRecord>()];
    }

    /// <summary>Ids that may be the user's: owned, or shared with them.</summary>
    public async Task<IReadOnlyList<ReplId>> ListAsync(UserId user)
    {
        var owned = Database.HashKeysAsync(RedisKeys.Repls(user));
        var shared = Database.SetMembersAsync(RedisKeys.Shared(user));
        return [.. (await owned).Concat(await shared).Select(id => ReplId.Parse(id.ToString())).Distinct()];
    }

    public async Task<IReadOnlyList<ReplId>> ListTrashAsync(UserId user) =>
        [.. (await Database.HashKeysAsync(RedisKeys.Trash(user))).Select(id => ReplId.Parse(id.ToString()))];

    /// <summary>All REPLs that are to run, of whatever owner.</summary>
    public async Task<IReadOnlyList<(UserId Owner, ReplId Id)>> ListWantedAsync() =>
    [
        .. (await Database.SetMembersAsync(RedisKeys.Wanted)).Select(member => member.ToString().Split('/'))
            .Select(parts => (UserId.Parse(parts[0]), ReplId.Parse(parts[1]))),
    ];

    /// <summary>Names in lower case that are taken or reserved.</summary>
    public async Task<IReadOnlySet<string>> NamesAsync(UserId owner) =>
        (await Database.HashKeysAsync(RedisKeys.Names(owner))).Select(name => name.ToString()).ToHashSet(StringComparer.Ordinal);

    /// <summary>Reserves a place and a name for a REPL that is about to be made or brought back.</summary>
    public Task<Reservation> ReserveAsync(UserId owner, ReplId id, ReplName name, int limit) =>
        RunAsync(ReserveScript, [RedisKeys.IndexComplete, RedisKeys.Repls(owner), RedisKeys.Names(owner)], [id.ToString(), name.Folded, limit, Now]);

    /// <summary>Reserves another name for a REPL that is there.</summary>
    public Task<Reservation> ReserveNameAsync(UserId owner, ReplId id, ReplName name) =>
        RunAsync(ReserveNameScript, [RedisKeys.IndexComplete, RedisKeys.Names(owner)], [id.ToString(), name.Folded, Now]);

    /// <summary>Gives back a place or name unless a record holds it by now.</summary>
    public Task ReleaseAsync(UserId owner, ReplId id, ReplName name) =>
        Database.ScriptEvaluateAsync(ReleaseScript, [RedisKeys.Repl(id), RedisKeys.Repls(owner), RedisKeys.Names(owner)], [id.ToString(), name.Folded]);

    /// <summary>Reserves one of the owner's sessions. The reservation is to be released once the record says what came of it.</summary>
    public async Task<(Reservation Result, string Token)> ReserveRunAsync(UserId owner, ReplId id, int limit)
    {
        var token = $"{Guid.NewGuid():n}|{Now}";
        var result = await RunAsync(ReserveRunScript, [RedisKeys.IndexComplete, RedisKeys.Running(owner), RedisKeys.Sessions(owner)], [id.ToString(), limit, token]);
        return (result, token);
    }

    /// <summary>Ends a reservation to run, unless the record has replaced it.</summary>
    public Task ReleaseRunAsync(UserId owner, ReplId id, string token) => DeleteIfAsync(RedisKeys.Running(owner), id.ToString(), token);

    /// <summary>Indexes a record unless a newer one is indexed.</summary>
    public Task PutAsync(ReplRecord record)
    {
        RedisKey[] keys =
        [
            RedisKeys.Repl(record.Id), RedisKeys.Repls(record.Owner), RedisKeys.Names(record.Owner), RedisKeys.Trash(record.Owner),
            RedisKeys.Running(record.Owner), RedisKeys.Wanted, .. record.Members.Keys.Select(member => (RedisKey)RedisKeys.Shared(UserId.Parse(member))),
        ];
        var deleted = record.DeletedAt is not null;
        RedisValue[] values =
        [
            record.Id.ToString(), record.Revision, record.Owner.ToString(), JsonSerializer.Serialize(record, CoreJson.Default.ReplRecord),
            ReplName.Fold(record.Name), deleted ? "trash" : "live",
            record.Desired == DesiredState.Running && !deleted ? "running" : "stopped", Now,
        ];
        return Database.ScriptEvaluateAsync(PutScript, keys, values);
    }

    /// <summary>Forgets a REPL that was in the trash and is no more.</summary>
    public async Task RemoveAsync(ReplRecord record)
    {
        var transaction = Database.CreateTransaction();
        _ = transaction.HashDeleteAsync(RedisKeys.Trash(record.Owner), record.Id.ToString());
        _ = transaction.KeyDeleteAsync([RedisKeys.Repl(record.Id), RedisKeys.Saved(record.Id), RedisKeys.Preview(record.Id)]);
        foreach (var member in record.Members.Keys)
            _ = transaction.SetRemoveAsync(RedisKeys.Shared(UserId.Parse(member)), record.Id.ToString());
        await transaction.ExecuteAsync();
    }

    /// <summary>The fields of one of a user's hashes, for repair.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadHashAsync(string key) =>
        (await Database.HashGetAllAsync(key)).ToDictionary(field => field.Name.ToString(), field => field.Value.ToString());

    /// <summary>Deletes a field that still holds <paramref name="value"/>.</summary>
    public Task DeleteIfAsync(string key, string field, string value) => Database.ScriptEvaluateAsync(DeleteIfScript, [key], [field, value]);

    private static ReplRecord? Parse(RedisValue record) =>
        record.IsNull ? null : JsonSerializer.Deserialize(record.ToString(), CoreJson.Default.ReplRecord);

    private async Task<Reservation> RunAsync(string script, RedisKey[] keys, RedisValue[] values) =>
        (Reservation)(int)await Database.ScriptEvaluateAsync(script, keys, values);
}

/// <summary>What became of a reservation; the numbers are the scripts' answers.</summary>
internal enum Reservation
{
    Made = 0,
    LimitReached = 1,
    NameTaken = 2,
    NotIndexed = 3,
    RunsAlready = 4,
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Core.Snapshots;

namespace Devex.Core.Collection;

/// <summary>
/// What will be deleted. Which lists there are is asked of S3 at most every <see cref="Fresh"/>: a list is there for a day before anything in it is deleted, so
/// that one which is not known yet does no harm.
/// </summary>
internal sealed class Condemned(SnapshotObjects objects, TimeProvider time) : ICondemned
{
    private const int MaxBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<UserId, Known> _known = new();

    public async Task<IReadOnlyList<SnapshotObject>> AmongAsync(
        UserId owner, IReadOnlyCollection<SnapshotObject> named, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(owner, out var known) || time.GetUtcNow() - known.At > Fresh)
            known = await RefreshAsync(owner, cancellationToken);
        return known.Names.Count == 0 ? [] : [.. named.Where(item => item.Scope == SnapshotScope.User && known.Names.Contains((item.Kind, item.Hash)))];
    }

    /// <summary>All lists of a user, with their keys.</summary>
    public async Task<IReadOnlyList<(string Key, CondemnedList List)>> ReadAsync(UserId owner, CancellationToken cancellationToken)
    {
        var lists = new List<(string, CondemnedList)>();
        foreach (var item in await objects.ListAllAsync(CondemnedList.Prefix(owner), cancellationToken))
        {
            if (await objects.GetAsync(item.Key, MaxBytes, cancellationToken) is { } stored)
                lists.Add((item.Key, JsonSerializer.Deserialize(stored.Bytes, CollectionJson.Default.CondemnedList) ?? throw new InvalidDataException($"{item.Key} holds null.")));
        }
        return lists;
    }

    /// <summary>Condemns objects; from now on no commit may name them.</summary>
    public async Task AddAsync(UserId owner, IReadOnlyList<string> packs, IReadOnlyList<string> pages, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = string.Create(CultureInfo.InvariantCulture, $"{CondemnedList.Prefix(owner)}{now.UtcDateTime:yyyyMMdd'T'HHmmss}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new CondemnedList(1, now, packs, pages), CollectionJson.Default.CondemnedList);
        await objects.PutNewAsync(key, bytes, "application/json", cancellationToken);
        _known.TryRemove(owner, out _);
    }

    /// <summary>Takes lists away whose objects are deleted, or named again.</summary>
    public async Task RemoveAsync(UserId owner, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await objects.DeleteAsync(keys, cancellationToken);
        _known.TryRemove(owner, out _);
    }

    private async Task<Known> RefreshAsync(UserId owner, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var names = new HashSet<(SnapshotObjectKind, string)>();
        foreach (var (_, list) in await ReadAsync(owner, cancellationToken))
        {
            names.UnionWith(list.Packs.Select(hash => (SnapshotObjectKind.Pack, hash)));
            names.UnionWith(list.Pages.Select(hash => (SnapshotObjectKind.Page, hash)));
        }
        return _known[owner] = new Known(now, names);
    }

    private sealed record Known(DateTimeOffset At, HashSet<(SnapshotObjectKind, string)> Names);
}

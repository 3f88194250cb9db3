using System.Diagnostics.CodeAnalysis;
using Devex.Contracts;
using Devex.Core.Access;
using Devex.Core.Identity;
using Devex.Core.Repls;
using Devex.Core.Snapshots;
using Devex.Core.Storage;
using Devex.Core.Trash;
using StackExchange.Redis;

namespace Devex.Core.Accounts;

/// <summary>
/// Deletes accounts in two steps. At once: nobody gets in by the old cookie or tokens, and all REPLs are saved, stopped and in the trash. After 7 days: everything below
/// <c>users/{uid}/</c> is removed. Signing in again within that time takes it back.
/// </summary>
internal sealed partial class AccountDeletion(
    UserDirectory users, ReplStore store, ReplLife life, ReplRemoval removal, ObjectStore records, SnapshotObjects objects, IConnectionMultiplexer redis,
    TimeProvider time, ILogger<AccountDeletion> logger) : BackgroundService
{
    public static readonly TimeSpan Reprieve = TimeSpan.FromDays(7);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task DeleteAsync(Caller caller, CancellationToken cancellationToken)
    {
        var user = caller.User.Id;
        foreach (var repl in (await store.ListAsync(user, cancellationToken)).Where(repl => repl.Owner == user))
            await life.DeleteAsync(caller with { Least = Contracts.Role.Owner }, repl, cancellationToken);
        // Last, so that whoever is cut off can ask again.
        await users.UpdateAsync(user, record => record with { DeletedAt = time.GetUtcNow(), Tokens = [] }, cancellationToken);
        LogDeleted(user);
    }

    /// <summary>Removes what is left of accounts whose time is over.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        await foreach (var folder in records.FoldersAsync("users/", cancellationToken))
        {
            if (UserId.TryParse(folder, out var user))
                await TryRemoveAsync(user, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TrySweepAsync(stoppingToken);
    }

    [SuppressMessage("Design", "CA1031", Justification = "The next round tries again.")]
    private async Task TrySweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SweepAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    private async Task TryRemoveAsync(UserId user, CancellationToken cancellationToken)
    {
        // The truth: what is cached may be of before a sign-in on another replica.
        if (await users.ReadAsync(user, cancellationToken) is not { DeletedAt: { } deletedAt } || deletedAt + Reprieve > time.GetUtcNow())
            return;
        var all = await objects.ListAllAsync($"users/{user}/", cancellationToken);
        var ids = all.Select(item => item.Key.Split('/')).Where(parts => parts is [_, _, "repls", ..])
            .Select(parts => parts[3]).Distinct().Where(id => ReplId.TryParse(id, out _)).Select(id => ReplId.Parse(id)).ToList();
        // A session that could not be saved yet is not taken its files away.
        foreach (var id in ids)
        {
            if (!await removal.IsSavedAsync(id, cancellationToken))
                return;
        }
        foreach (var id in ids)
            await removal.RemoveAsync(user, id, _ => true, cancellationToken);
        // The record last: until then another round carries on.
        var record = UserDirectory.Key(user);
        await objects.DeleteAsync([.. all.Select(item => item.Key).Where(key => key != record)], cancellationToken);
        await objects.DeleteAsync([record], cancellationToken);
        await redis.GetDatabase().KeyDeleteAsync(
        [
            RedisKeys.User(user), RedisKeys.Repls(user), RedisKeys.Names(user), RedisKeys.Trash(user), RedisKeys.Running(user), RedisKeys.Shared(user),
            .. ids.SelectMany(id => (RedisKey[])[RedisKeys.Repl(id), RedisKeys.Saved(id), RedisKeys.Preview(id)]),
        ]);
        LogRemoved(user, all.Count);
    }

    [LoggerMessage(LogLevel.Information, "{User} deleted their account; it is removed after 7 days")]
    private partial void LogDeleted(UserId user);

    [LoggerMessage(LogLevel.Information, "The account of {User} and its {Objects} objects were removed")]
    private partial void LogRemoved(UserId user, int objects);

    [LoggerMessage(LogLevel.Warning, "Removing deleted accounts failed; the next round tries again")]
    private partial void LogFailed(Exception exception);
}

using System.Xml.Linq;
using Devex.Core.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;
using StackExchange.Redis;

namespace Devex.Core.Identity;

/// <summary>
/// The keys behind cookies: a list in Redis, as ASP.NET's own repository for Redis, which Web reads it by, writes it. Redis may come back with nothing in it, and whoever starts
/// next would make keys of its own, and sign everybody out. So this process remembers what it has seen of the list, and puts back what is missing: when Redis is back, when the list is
/// read again, and when the index is compared with S3.
/// </summary>
internal sealed partial class KeptKeys : IXmlRepository, IDisposable
{
    private readonly IConnectionMultiplexer _redis;
    private readonly ILogger<KeptKeys> _logger;
    private readonly Lock _seeing = new();
    private readonly HashSet<string> _seen = [];

    public KeptKeys(IConnectionMultiplexer redis, ILogger<KeptKeys> logger)
    {
        _redis = redis;
        _logger = logger;
        redis.ConnectionRestored += Restored;
    }

    private IDatabase Database => _redis.GetDatabase();

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var missing = See(Database.ListRange(RedisKeys.DataProtection));
        if (missing.Length > 0)
            _ = TryPutBackAsync();
        lock (_seeing)
            return [.. _seen.Select(XElement.Parse)];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var text = element.ToString(SaveOptions.DisableFormatting);
        Database.ListRightPush(RedisKeys.DataProtection, text);
        lock (_seeing)
            _seen.Add(text);
    }

    /// <summary>
    /// Sees to it that all keys are in the list that were ever seen in it. Several Cores find a list empty at the same moment, and a key that is in it twice is an error to its readers: whoever
    /// finds that it has grown meanwhile looks again.
    /// </summary>
    /// <exception cref="RedisException">Redis does not do it; nothing is forgotten.</exception>
    public async Task PutBackAsync()
    {
        while (true)
        {
            var stored = await Database.ListRangeAsync(RedisKeys.DataProtection);
            var missing = See(stored);
            if (missing.Length == 0)
                return;
            var change = Database.CreateTransaction();
            change.AddCondition(Condition.ListLengthEqual(RedisKeys.DataProtection, stored.Length));
            _ = change.ListRightPushAsync(RedisKeys.DataProtection, missing);
            if (!await change.ExecuteAsync())
                continue;
            LogPutBack(_logger, missing.Length);
            return;
        }
    }

    public void Dispose() => _redis.ConnectionRestored -= Restored;

    private void Restored(object? sender, ConnectionFailedEventArgs args) => _ = TryPutBackAsync();

    private async Task TryPutBackAsync()
    {
        try
        {
            await PutBackAsync();
        }
        catch (Exception e)
        {
            LogNotPutBack(_logger, e);
        }
    }

    /// <summary>Remembers what is stored. The answer is what was seen before and is not stored any more.</summary>
    private RedisValue[] See(RedisValue[] stored)
    {
        var texts = stored.Select(value => value.ToString()).ToHashSet();
        lock (_seeing)
        {
            var missing = _seen.Where(text => !texts.Contains(text)).Select(text => (RedisValue)text).ToArray();
            _seen.UnionWith(texts);
            return missing;
        }
    }
}

using System.Collections.Concurrent;
using Devex.Contracts;

namespace Devex.Core.Repls;

/// <summary>When REPLs were opened last, by which lists are in order. Nobody who opens one waits until it is written, and S3 may be away meanwhile.</summary>
internal sealed partial class OpenedTimes(ReplRecords records, TimeProvider time, ILogger<OpenedTimes> logger)
{
    private static readonly TimeSpan Resolution = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<ReplId, bool> _writing = new();

    /// <summary>Somebody opens it now.</summary>
    public void Opened(ReplRecord record)
    {
        var now = time.GetUtcNow();
        if ((record.LastOpenedAt is not { } opened || now - opened >= Resolution) && _writing.TryAdd(record.Id, true))
            _ = WriteAsync(record, now);
    }

    private async Task WriteAsync(ReplRecord record, DateTimeOffset now)
    {
        try
        {
            await records.UpdateAsync(
                record.Owner, record.Id, old => old.DeletedAt is not null || old.LastOpenedAt >= now ? old : old with { LastOpenedAt = now }, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogNotWritten(logger, record.Id, e.Message);
        }
        finally
        {
            _writing.TryRemove(record.Id, out _);
        }
    }
}

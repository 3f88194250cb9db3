using System.Collections.Concurrent;
using Devex.Contracts;
using Microsoft.Extensions.Options;

namespace Devex.Core.History;

/// <summary>Lets each user do only so much at once of what takes long: searches, archives, comparisons. The rest waits its turn.</summary>
internal sealed class HistoryQueue(IOptions<HistoryOptions> options)
{
    private readonly ConcurrentDictionary<UserId, SemaphoreSlim> _users = new();

    /// <summary>Waits for a turn; disposing the result ends it.</summary>
    public async Task<IDisposable> EnterAsync(UserId user, CancellationToken cancellationToken)
    {
        var turns = _users.GetOrAdd(user, _ => new SemaphoreSlim(options.Value.AtOnce));
        await turns.WaitAsync(cancellationToken);
        return new Turn(turns);
    }

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}

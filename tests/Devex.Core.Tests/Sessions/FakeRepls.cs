using System.Collections.Concurrent;
using Devex.Contracts;
using Devex.Core.Repls;
using Devex.Core.Sessions;

namespace Devex.Core.Tests.Sessions;

internal sealed class FakeRepls(TimeProvider time) : IReplRecords
{
    private readonly ConcurrentDictionary<ReplId, ReplRecord> _records = new();

    /// <summary>What S3 does before it answers; null when that takes no time.</summary>
    public Task? Silence { get; set; }

    /// <summary>Somebody waits for that answer.</summary>
    public TaskCompletionSource AskedInVain { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What S3 fails with instead of an answer; null while it answers.</summary>
    public Exception? Away { get; set; }

    public ReplRecord Create(string template = "plain")
    {
        var repl = new ReplRecord { Id = ReplId.New(), Owner = UserId.Local("ada"), Name = "Fun", Template = template, CreatedAt = time.GetUtcNow() };
        _records[repl.Id] = repl;
        return repl;
    }

    public ReplRecord Want(ReplId id, DesiredState desired) => _records[id] = _records[id] with { Desired = desired };

    public ReplRecord Share(ReplId id, params (string User, Role Role)[] members) =>
        _records[id] = _records[id] with { Members = members.ToDictionary(member => member.User, member => member.Role) };

    public DesiredState Wanted(ReplId id) => _records[id].Desired;

    public void Forget(ReplId id) => _records.TryRemove(id, out _);

    public ReplRecord Trash(ReplId id) => _records[id] = _records[id] with { DeletedAt = time.GetUtcNow() };

    public async Task<ReplRecord?> FindAsync(UserId owner, ReplId id, CancellationToken cancellationToken)
    {
        if (Silence is { IsCompleted: false } silence)
        {
            AskedInVain.TrySetResult();
            await silence.WaitAsync(cancellationToken);
        }
        return Away is { } away ? throw away : _records.GetValueOrDefault(id);
    }

    public Task<IReadOnlyList<(UserId Owner, ReplId Id)>> ActiveAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(UserId, ReplId)>>(
            [.. _records.Values.Where(repl => repl.Desired is DesiredState.Running && repl.DeletedAt is null).Select(repl => (repl.Owner, repl.Id))]);

    public Task WantStoppedAsync(UserId owner, ReplId id, CancellationToken cancellationToken)
    {
        Want(id, DesiredState.Stopped);
        return Task.CompletedTask;
    }
}

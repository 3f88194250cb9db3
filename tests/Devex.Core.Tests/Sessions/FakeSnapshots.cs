using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Snapshots;

namespace Devex.Core.Tests.Sessions;

/// <summary>A chain of roots in memory, or as a stand-in for save tells it by a file.</summary>
internal sealed class FakeSnapshots : ISnapshots
{
    public SnapshotHead? Head { get; set; }

    public Func<ReplId, SnapshotHead?>? ReadHead { get; set; }

    public static SnapshotHead Root(long n, string? attempt) =>
        new(new SavedState(n, DateTimeOffset.UnixEpoch, 1, 1, "00", null, []), "session", "incarnation", attempt, true);

    public Task<SavedState> CreateFromTemplateAsync(UserId owner, ReplId id, string template, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<SavedState> ForkAsync(UserId owner, ReplId from, ReplId to, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SnapshotHead?> HeadAsync(UserId owner, ReplId id, CancellationToken cancellationToken) => Task.FromResult(ReadHead?.Invoke(id) ?? Head);

    public string IssueBootstrapToken(UserId owner, ReplId id, string session, string writer) => $"bootstrap {id} {session} {writer}";

    public Task<string?> ReadTextAsync(UserId owner, ReplId id, string path, int maxBytes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

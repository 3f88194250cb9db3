using System.Net;
using Amazon.Runtime;
using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Roots;

namespace Devex.Core.Snapshots;

/// <summary>
/// A REPL's chain of roots, fenced by S3 alone: number n+1 is put with <c>If-None-Match: *</c>, so one writer gets it, whatever Core, Redis or
/// clocks believe.
/// </summary>
internal sealed class RootChain(SnapshotObjects objects, TimeProvider time)
{
    private const int Tries = 6;

    private readonly RecentRoots _recent = new(time);

    /// <summary>The root of that number, when this replica put it a moment ago; it need not be the newest any more.</summary>
    public StoredRoot? Recent(UserId owner, ReplId id, long number) => _recent.Find(owner, id, number);

    /// <summary>The newest root; null when there is none.</summary>
    public async Task<StoredRoot?> NewestAsync(UserId owner, ReplId id, CancellationToken cancellationToken)
    {
        while (await objects.FirstKeyAsync(SnapshotKeys.Roots(owner, id), cancellationToken) is { } key)
        {
            // Thinned between listing and reading only when newer ones have come, so a second look finds those.
            if (await objects.GetAsync(key, SnapshotFormat.MaxRootBytes, cancellationToken) is { } stored)
                return StoredRoot.Of(stored);
        }
        return null;
    }

    public async Task<StoredRoot?> ReadAsync(UserId owner, ReplId id, long number, CancellationToken cancellationToken) =>
        await objects.GetAsync(SnapshotKeys.Root(owner, id, number), SnapshotFormat.MaxRootBytes, cancellationToken) is { } stored
            ? StoredRoot.Of(stored)
            : null;

    /// <summary>
    /// Puts a root. An unclear outcome (409, 5xx, a lost connection) is cleared by sending the same bytes again; when the number is taken, equal bytes
    /// mean that they are ours.
    /// </summary>
    public async Task<Appended> AppendAsync(UserId owner, SnapshotRoot root, CancellationToken cancellationToken)
    {
        var bytes = RootObject.Encode(root);
        if (bytes.Length > SnapshotFormat.MaxRootBytes)
            throw new SnapshotFormatException("A root is over its limit.");
        var key = SnapshotKeys.Root(owner, root.Repl, root.Number);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await objects.PutNewAsync(key, bytes, "application/json", cancellationToken))
                {
                    var stored = new StoredRoot(root, bytes, time.GetUtcNow());
                    _recent.Remember(owner, stored);
                    return new Appended(true, stored);
                }
                if (await objects.GetAsync(key, SnapshotFormat.MaxRootBytes, cancellationToken) is { } there)
                    return new Appended(there.Bytes.AsSpan().SequenceEqual(bytes), StoredRoot.Of(there));
            }
            catch (Exception e) when (attempt < Tries && Unclear(e))
            {
            }
            if (attempt == Tries)
                throw new IOException("S3 gives no clear answer to a commit.");
            await Task.Delay(TimeSpan.FromMilliseconds(50 << attempt), time, cancellationToken);
        }
    }

    private static bool Unclear(Exception e) => e switch
    {
        AmazonServiceException { StatusCode: HttpStatusCode.Conflict or 0 or >= HttpStatusCode.InternalServerError } => true,
        HttpRequestException or IOException => true,
        _ => false,
    };
}

/// <summary>Outcome of <see cref="RootChain.AppendAsync"/>.</summary>
/// <param name="Ours">Whether <paramref name="Root"/> is what was to be put.</param>
/// <param name="Root">What the number holds now.</param>
internal readonly record struct Appended(bool Ours, StoredRoot Root);

using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Errors;
using Devex.Core.History;
using Devex.Core.Identity;
using Devex.Core.Imports;
using Devex.Core.Repls;
using Devex.Core.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Reading;

namespace Devex.Core.Copies;

/// <summary>Copies <c>workspace/</c> of one user's REPL to another user: its content is packed anew, and neither home nor documents nor anything older goes along.</summary>
internal sealed class Copier(UserDirectory users, SnapshotObjects objects, Importer importer, SpaceAllowance allowance)
{
    private const int MaxSecrets = 100;
    private const long LookedThrough = 16L * 1024 * 1024;

    /// <summary>What a copy would hold.</summary>
    public async Task<CopyOffer> OfferAsync(ReplRecord repl, OpenedPoint point, CancellationToken cancellationToken)
    {
        var (files, bytes, left) = (0L, 0L, LookedThrough);
        var secrets = new List<string>();
        var looked = Entries(point, cancellationToken).Select(entry =>
        {
            files += entry.Kind == EntryKind.File ? 1 : 0;
            bytes += entry.Size;
            left -= entry.Size;
            // By name alone: what is too large, and what comes after much was read.
            return entry.Size <= SecretFiles.MaxBytes && left > 0 ? entry : entry with { Chunks = [], Size = 0 };
        });
        await foreach (var (entry, content) in new BatchReader(point.Source).ReadAsync(looked, cancellationToken))
        {
            if (secrets.Count < MaxSecrets && (SecretFiles.HasName(entry.Path) || (content is not null && SecretFiles.HasContent(content))))
                secrets.Add(entry.Path.ToString());
        }
        return new CopyOffer(repl.Name, await users.SummaryAsync(repl.Owner, cancellationToken), repl.Template, files, bytes, point.Stored.At, secrets);
    }

    /// <summary>Writes the first root of <paramref name="to"/>.</summary>
    /// <exception cref="ApiProblem">413 when there is no room for it.</exception>
    public async Task<SavedState> CopyAsync(ReplRecord repl, OpenedPoint point, UserId owner, ReplId to, CancellationToken cancellationToken)
    {
        var limits = await allowance.OfAsync(owner, to, cancellationToken);
        var budget = new ImportBudget(limits.MaxBytes);
        using var writer = new SnapshotWriter(owner, objects);
        var contents = new ContentReader(point.Source);
        var entries = new List<SnapshotEntry> { Part("documents"u8), Part("home"u8) };
        await foreach (var (entry, content) in new BatchReader(point.Source).ReadAsync(Entries(point, cancellationToken), cancellationToken))
        {
            if (entry.Kind != EntryKind.File)
            {
                entries.Add(entry);
                continue;
            }
            budget.Take(entry.Size);
            await using Stream stream = content is not null
                ? new MemoryStream(content, writable: false)
                : new ContentStream(contents.ReadAsync(entry, 0, entry.Size, cancellationToken), cancellationToken);
            entries.Add(await writer.PackAsync(entry, stream, entry.Size, cancellationToken));
        }
        return await importer.PutAsync(owner, to, repl.Template, await writer.CompleteAsync(entries, cancellationToken), cancellationToken);
    }

    private static IAsyncEnumerable<SnapshotEntry> Entries(OpenedPoint point, CancellationToken cancellationToken) =>
        point.Tree.ReadBelowAsync(HistoryPath.Workspace, null, cancellationToken);

    private static SnapshotEntry Part(ReadOnlySpan<byte> name) =>
        new() { Path = SnapshotPath.Parse(name), Kind = EntryKind.Folder, Mode = 0x1ed, Modified = 0 };
}

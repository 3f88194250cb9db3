using System.Text;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Snapshots;
using Devex.Contracts.Tokens;
using Devex.Core.Keys;
using Devex.Core.Templates;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;
using Devex.Snapshots.Pages;
using Microsoft.Extensions.Options;

namespace Devex.Core.Snapshots;

internal sealed class Snapshots(
    RootChain chain, SnapshotObjects objects, TemplateSnapshots templates, TokenSigner signer, IOptions<SnapshotOptions> options) : ISnapshots
{
    public async Task<SavedState> CreateFromTemplateAsync(UserId owner, ReplId id, string template, CancellationToken cancellationToken)
    {
        var content = await templates.GetAsync(template, cancellationToken);
        return await PutFirstAsync(owner, new SnapshotRoot
        {
            Repl = id,
            Number = 1,
            Template = template,
            Commit = "create",
            Files = content.Files,
            Bytes = content.Bytes,
            Pages = content.Pages,
            Packs = content.Packs,
        }, cancellationToken);
    }

    public async Task<SavedState> ForkAsync(UserId owner, ReplId from, ReplId to, CancellationToken cancellationToken)
    {
        var source = await chain.NewestAsync(owner, from, cancellationToken)
            ?? throw new InvalidOperationException("The REPL to fork has no snapshot.");
        return await PutFirstAsync(
            owner, source.Next("fork") with { Repl = to, Number = 1, Parent = null, AsOf = null, Stale = [] }, cancellationToken);
    }

    public async Task<SnapshotHead?> HeadAsync(UserId owner, ReplId id, CancellationToken cancellationToken)
    {
        if (await chain.NewestAsync(owner, id, cancellationToken) is not { } newest)
            return null;
        var root = newest.Root;
        return new SnapshotHead(newest.ToSaved(), root.Session, root.Incarnation, root.Claim ? null : root.Attempt, root.Restored);
    }

    public string IssueBootstrapToken(UserId owner, ReplId id, string session, string writer) =>
        signer.Sign(Audiences.Bootstrap, options.Value.TokenLifetime, new Dictionary<string, object>
        {
            ["repl"] = id.ToString(),
            ["owner"] = owner.ToString(),
            ["session"] = session,
            ["writer"] = writer,
        });

    public async Task<string?> ReadTextAsync(UserId owner, ReplId id, string path, int maxBytes, CancellationToken cancellationToken)
    {
        if (!SnapshotPath.TryParse("workspace/"u8.ToArray().Concat(Encoding.UTF8.GetBytes(path)).ToArray(), out var wanted)
            || await chain.NewestAsync(owner, id, cancellationToken) is not { } newest)
        {
            return null;
        }
        var page = newest.Root.Pages.LastOrDefault(page => SnapshotPath.TryParse(page.First, out var first) && first <= wanted);
        if (page is null
            || await objects.GetAsync(SnapshotKeys.Object(owner, SnapshotObjectKind.Page, page.Scope, page.Hash), Page.MaxObjectBytes, cancellationToken) is not { } stored
            || Page.Decode(stored.Bytes).FirstOrDefault(entry => entry.Path == wanted) is not { Kind: EntryKind.File } file)
        {
            return null;
        }
        var bytes = await ReadAsync(owner, file, maxBytes, cancellationToken);
        return ToText(bytes, whole: bytes.Length == file.Size);
    }

    private async Task<SavedState> PutFirstAsync(UserId owner, SnapshotRoot root, CancellationToken cancellationToken)
    {
        var appended = await chain.AppendAsync(owner, root, cancellationToken);
        // Taken means made before by the same request: ids are random and nobody else's.
        return appended.Root.ToSaved();
    }

    private async Task<byte[]> ReadAsync(UserId owner, SnapshotEntry file, int maxBytes, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        foreach (var extent in file.Chunks.SelectMany(chunk => chunk.Extents))
        {
            if (content.Length >= maxBytes)
                break;
            var key = SnapshotKeys.Object(owner, SnapshotObjectKind.Pack, extent.Pack.Scope, extent.Pack.Hash.ToString());
            await using var range = await objects.OpenRangeAsync(key, extent.Offset, extent.Offset + extent.Stored - 1L, cancellationToken);
            await ExtentReader.ReadAsync(
                range, extent.Offset, [new WantedExtent<int>(extent, 0)], (_, _, part) => content.Write(part.Span), cancellationToken);
        }
        return content.Length > maxBytes ? content.ToArray()[..maxBytes] : content.ToArray();
    }

    private static string? ToText(ReadOnlySpan<byte> bytes, bool whole)
    {
        // A cut may fall within a character: leave its beginning out.
        for (var cut = 0; cut < 4 && cut <= bytes.Length && (cut == 0 || !whole); cut++)
        {
            var text = bytes[..^cut];
            if (System.Text.Unicode.Utf8.IsValid(text))
                return text.Contains((byte)0) ? null : Encoding.UTF8.GetString(text);
        }
        return null;
    }
}

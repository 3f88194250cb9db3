using System.Diagnostics;
using Devex.Bench.Snapshots;
using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;
using Devex.Snapshots.Pages;

namespace Devex.Bench.Saving;

/// <summary>One REPL of many: it commits an edit of its one file as the saver does, without a workspace to look at.</summary>
internal sealed class SyntheticSaver(HttpClient http, SnapshotWorld world, string url, string folder)
{
    private static readonly SnapshotEntry[] Parts = [.. new[] { "documents", "home", "workspace" }.Select(name => new SnapshotEntry
    {
        Path = SnapshotPath.Parse(System.Text.Encoding.UTF8.GetBytes(name)),
        Kind = EntryKind.Folder,
        Mode = 0x1ed,
        Modified = 0,
    })];

    private readonly ReplId _id = ReplId.New();
    private CoreClient? _core;
    private ObjectTransfer? _transfer;
    private string _token = "";
    private long _root;

    public async Task BeginAsync()
    {
        await world.Snapshots.CreateFromTemplateAsync(SnapshotWorld.Owner, _id, "empty", CancellationToken.None);
        var control = Directory.CreateDirectory(Path.Combine(folder, $"{_id}")).FullName;
        await File.WriteAllTextAsync(Path.Combine(control, "core.json"), $$"""{"url":"{{url}}"}""");
        await File.WriteAllTextAsync(Path.Combine(control, "bootstrap"), world.Snapshots.IssueBootstrapToken(SnapshotWorld.Owner, _id, "many", "bench"));
        _core = new CoreClient(http, new ControlFolder(control), _id);
        _transfer = new ObjectTransfer(http, _core, TimeProvider.System);
        var claimed = await _core.ClaimAsync(new ClaimRequest(RandomId.New(), null, Restored: true), CancellationToken.None);
        (_token, _root) = (claimed.Token, claimed.Root.Number);
    }

    /// <summary>Milliseconds of the whole, and of Core's answer to the commit.</summary>
    public async Task<(double All, double Commit)> SaveAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var content = new byte[1000];
        Random.Shared.NextBytes(content);
        using var writer = new PackWriter(SnapshotScope.User, (_, _) => throw new InvalidOperationException("One small file fills no pack."));
        var extents = await writer.AddAsync(content, CancellationToken.None);
        var pack = (await writer.CompleteAsync(CancellationToken.None))!;
        var hash = Digest.Of(content);
        var page = Page.Encode([.. Parts, new SnapshotEntry
        {
            Path = SnapshotPath.Parse("workspace/file.txt"u8),
            Kind = EntryKind.File,
            Mode = 0x1a4,
            Modified = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000,
            Size = content.Length,
            Hash = hash,
            Chunks = [new Chunk(content.Length, hash, extents)],
        }]);
        var name = Digest.Of(page).ToString();
        await _transfer!.PutAsync(_token,
        [
            (new UploadObject(SnapshotObjectKind.Pack, pack.Name.Hash.ToString(), pack.Bytes.Length), pack.Bytes),
            (new UploadObject(SnapshotObjectKind.Page, name, page.Length), page),
        ], CancellationToken.None);
        var uploaded = Stopwatch.GetTimestamp();
        var committed = await _core!.CommitAsync(_token, new CommitRequest(RandomId.New(), _root, [new CommitPage(SnapshotScope.User, name)], null, [], Restored: true), CancellationToken.None);
        _root = committed.Root.Number;
        return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, Stopwatch.GetElapsedTime(uploaded).TotalMilliseconds);
    }
}

using CsCheck;
using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;
using Devex.Snapshots.Pages;
using Devex.Snapshots.Reading;
using Xunit;

namespace Devex.Snapshots.Tests;

/// <summary>Trees in pages of a few entries each, so that every border is met; what is read and composed is compared with plain lists.</summary>
public sealed class ReadingTests
{
    private static readonly Gen<(SnapshotEntry[] Entries, int Cut)> Trees = Gen.Select(Generators.Entries, Gen.Int[1, 7]);

    [Fact]
    public void What_is_read_is_what_a_list_holds() => Gen.Select(Trees, Generators.Path).Sample((tree, path) =>
    {
        var read = Make(tree.Entries, tree.Cut);
        Assert.Equal(tree.Entries.FirstOrDefault(entry => entry.Path == path)?.Path, Wait(read.FindAsync(path, default))?.Path);
        Assert.Equal(Paths(tree.Entries), Paths(Read(read.ReadAsync(after: null, default))));
        Assert.Equal(Paths(tree.Entries.Where(entry => entry.Path > path)), Paths(Read(read.ReadAsync(path, default))));
        Assert.Equal(Paths(tree.Entries.Where(entry => entry.Path == path || entry.Path.IsBelow(path))), Paths(Read(read.ReadBelowAsync(path, null, default))));
        var inside = tree.Entries.Where(entry => entry.Path.IsBelow(path)).ToList();
        if (inside.Count > 0)
        {
            var behind = inside[inside.Count / 2].Path;
            Assert.Equal(
                Paths(inside.Where(entry => entry.Path > behind && !entry.Path.IsBelow(behind))), Paths(Read(read.ReadBehindAsync(path, behind, default))));
        }
    });

    [Fact]
    public void A_folder_shows_its_children_and_no_more() => Trees.Sample(tree =>
    {
        // Every folder on the way is there, as in every snapshot.
        SnapshotEntry[] entries = [.. tree.Entries.SelectMany(WithFolders).DistinctBy(entry => entry.Path).OrderBy(entry => entry.Path)];
        var read = Make(entries, tree.Cut);
        foreach (var folder in entries)
        {
            var children = entries.Where(entry => entry.Path.IsBelow(folder.Path) && entry.Path.Depth == folder.Path.Depth + 1).ToList();
            Assert.Equal(Paths(children), Paths(Read(read.ReadFolderAsync(folder.Path, null, default))));
            if (children.Count > 1)
                Assert.Equal(Paths(children.Skip(1)), Paths(Read(read.ReadFolderAsync(folder.Path, children[0].Path, default))));
        }
    });

    [Fact]
    public void Changes_are_those_of_two_lists() => Gen.Select(Trees, Trees).Sample((left, right) =>
    {
        var source = new MemorySource();
        var (before, now) = (source.Add(left.Entries, left.Cut), source.Add(right.Entries, right.Cut));
        var expected = left.Entries.Concat(right.Entries).Select(entry => entry.Path).Distinct().Order()
            .Where(path => !Same(left.Entries.FirstOrDefault(entry => entry.Path == path), right.Entries.FirstOrDefault(entry => entry.Path == path)));
        var changes = Read(TreeChanges.ReadAsync(before, now, source, null, default));
        Assert.Equal(expected, changes.Select(change => change.Path));
        Assert.Empty(Read(TreeChanges.ReadAsync(now, now, source, null, default)));
        if (changes.Count > 1)
            Assert.Equal(changes.Skip(1).Select(change => change.Path), Read(TreeChanges.ReadAsync(before, now, source, changes[0].Path, default)).Select(change => change.Path));
    });

    [Fact]
    public void A_part_of_one_tree_in_place_of_another_is_what_lists_would_make() => Gen.Select(Trees, Trees, Generators.Path).Sample((left, right, path) =>
    {
        var source = new MemorySource();
        var head = new SnapshotTree(source.Add(left.Entries, left.Cut), source);
        var from = new SnapshotTree(source.Add(right.Entries, right.Cut), source);
        var composed = Read(TreeComposer.ComposeAsync([TreePart.Before(head, path), TreePart.At(from, path), TreePart.Behind(head, path)], default));

        var made = composed.SelectMany(page => page.Known is { } known ? Wait(source.ReadPageAsync(known, default)) : page.Entries);
        bool IsIn(SnapshotEntry entry) => entry.Path == path || entry.Path.IsBelow(path);
        var expected = left.Entries.Where(entry => entry.Path < path).Concat(right.Entries.Where(IsIn)).Concat(left.Entries.Where(entry => entry.Path > path && !IsIn(entry)));
        Assert.Equal(expected.Select(entry => (entry.Path, entry.Kind, entry.Modified)), made.Select(entry => (entry.Path, entry.Kind, entry.Modified)));
        Assert.All(composed, page => Assert.True(page.Known is not null || page.Entries.Count > 0));
    });

    [Fact]
    public async Task Contents_of_any_size_are_read_whole_and_in_part()
    {
        var source = new MemorySource();
        using var writer = new PackWriter(SnapshotScope.User, (pack, _) =>
        {
            source.Packs[pack.Name] = pack.Bytes.ToArray();
            return ValueTask.CompletedTask;
        });
        var random = new Random(5);
        var files = new List<(SnapshotEntry Entry, byte[] Content)>();
        foreach (var size in new[] { 0, 1, 100, 262_143, 262_144, 262_145, 700_000, 2_097_152, 2_097_153, 5_000_000, 17_000_000 })
        {
            var content = new byte[size];
            random.NextBytes(content);
            var chunk = size == 0 ? null : new Chunk(size, Digest.Of(content), await writer.AddAsync(content, CancellationToken.None));
            files.Add((Generators.File($"workspace/{size:d8}") with { Size = size, Hash = Digest.Of(content), Chunks = chunk is null ? [] : [chunk] }, content));
        }
        if (await writer.CompleteAsync(CancellationToken.None) is { } last)
            source.Packs[last.Name] = last.Bytes.ToArray();

        var reader = new ContentReader(source);
        foreach (var (entry, content) in files)
        {
            Assert.True((await reader.ReadBytesAsync(entry, int.MaxValue, CancellationToken.None)).AsSpan().SequenceEqual(content));
            for (var i = 0; i < 5 && content.Length > 0; i++)
            {
                var start = random.Next(content.Length);
                var length = random.Next(1, Math.Min(content.Length - start, 600_000) + 1);
                var part = new List<byte>();
                await foreach (var some in reader.ReadAsync(entry, start, length, CancellationToken.None))
                    part.AddRange(some.Span);
                Assert.True(content.AsSpan(start, length).SequenceEqual(part.ToArray()));
            }
        }
        var batch = Read(new BatchReader(source).ReadAsync(files.Select(file => file.Entry).ToAsyncEnumerable(), CancellationToken.None));
        Assert.Equal(files.Select(file => file.Entry.Path), batch.Select(file => file.Entry.Path));
        Assert.All(batch.Zip(files), pair => Assert.True(
            pair.First.Content is null ? pair.Second.Content.Length > BatchReader.MaxFileBytes : pair.First.Content.AsSpan().SequenceEqual(pair.Second.Content)));
        Assert.True(source.Opened < 120, $"{source.Opened} requests");
    }

    [Fact]
    public async Task A_content_that_was_changed_in_its_pack_is_not_believed()
    {
        var source = new MemorySource();
        using var writer = new PackWriter(SnapshotScope.User, (_, _) => ValueTask.CompletedTask);
        var content = new byte[1000];
        Random.Shared.NextBytes(content);
        var extents = await writer.AddAsync(content, CancellationToken.None);
        var pack = (await writer.CompleteAsync(CancellationToken.None))!;
        var damaged = pack.Bytes.ToArray();
        damaged[^1] ^= 1;
        source.Packs[pack.Name] = damaged;
        var entry = Generators.File("workspace/a") with { Size = 1000, Hash = Digest.Of(content), Chunks = [new Chunk(1000, Digest.Of(content), extents)] };

        await Assert.ThrowsAsync<SnapshotFormatException>(() => new ContentReader(source).ReadBytesAsync(entry, 1000, CancellationToken.None));
        await Assert.ThrowsAsync<SnapshotFormatException>(
            async () => await new BatchReader(source).ReadAsync(new[] { entry }.ToAsyncEnumerable(), CancellationToken.None).ToListAsync());
    }

    private static bool Same(SnapshotEntry? left, SnapshotEntry? right) =>
        left is null || right is null
            ? left is null && right is null
            : left.Kind == right.Kind && left.Mode == right.Mode && left.Size == right.Size && left.Hash == right.Hash && left.Target.Span.SequenceEqual(right.Target.Span);

    private static IEnumerable<SnapshotEntry> WithFolders(SnapshotEntry entry)
    {
        for (var path = entry.Path; path.Depth > 1;)
        {
            path = SnapshotPath.Parse(path.Folder);
            yield return entry with { Path = path, Kind = EntryKind.Folder, Size = 0, Chunks = [], Target = default, Hash = default };
        }
        yield return entry;
    }

    private static IEnumerable<SnapshotPath> Paths(IEnumerable<SnapshotEntry> entries) => entries.Select(entry => entry.Path);

    private static SnapshotTree Make(SnapshotEntry[] entries, int cut)
    {
        var source = new MemorySource();
        return new SnapshotTree(source.Add(entries, cut), source);
    }

    private static List<T> Read<T>(IAsyncEnumerable<T> items) => items.ToBlockingEnumerable().ToList();

    private static T Wait<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();

    private sealed class MemorySource : ISnapshotSource
    {
        private readonly Dictionary<string, IReadOnlyList<SnapshotEntry>> _pages = [];

        public Dictionary<PackName, byte[]> Packs { get; } = [];

        public int Opened { get; private set; }

        public SnapshotRoot Add(SnapshotEntry[] entries, int cut)
        {
            var pages = entries.Chunk(cut).Select(page =>
            {
                var hash = Digest.Of(Page.Encode(page)).ToString();
                _pages[hash] = page;
                return new PageReference(SnapshotScope.User, hash, page.Length, 0, 0, page[0].Path.ToString(), page[^1].Path.ToString(), []);
            });
            return new SnapshotRoot { Repl = default, Number = 1, Commit = "test", Pages = [.. pages], Packs = [] };
        }

        public ValueTask<IReadOnlyList<SnapshotEntry>> ReadPageAsync(PageReference page, CancellationToken cancellationToken) => ValueTask.FromResult(_pages[page.Hash]);

        public ValueTask<Stream> OpenPackAsync(PackName pack, long first, long last, CancellationToken cancellationToken)
        {
            Opened++;
            return ValueTask.FromResult<Stream>(new MemoryStream(Packs[pack], (int)first, (int)(last - first + 1), writable: false));
        }
    }
}

using CsCheck;
using Devex.Contracts.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;
using Devex.Snapshots.Pages;
using Devex.Snapshots.Roots;
using Xunit;

namespace Devex.Snapshots.Tests;

public sealed class CuttingTests
{
    private static readonly SnapshotEntry[] Tree =
        [Generators.Folder("workspace"), .. Enumerable.Range(0, 20_000).Select(i => Generators.File($"workspace/src-file-number-{i:d6}.txt", $"content {i}"))];

    [Fact]
    public void Pages_have_about_64_kilobytes()
    {
        var sizes = PageCutter.Cut(Tree).SkipLast(1).Select(page => page.Sum(entry => entry.Path.Bytes.Length + 64)).ToList();

        Assert.InRange(sizes.Average(), 40_000, 90_000);
        Assert.All(sizes, size => Assert.InRange(size, 16_000, 257_000));
    }

    [Fact]
    public void One_edit_changes_one_page_and_names_one_new_pack() => Gen.Int[1, Tree.Length - 1].Sample(
        at =>
        {
            var before = Build(Tree, new SnapshotContent([], []));
            var pack = new PackName(SnapshotScope.User, Digest.Of("another"u8));
            var edited = Tree.ToArray();
            edited[at] = Generators.File(edited[at].Path.ToString(), "a new and longer content", pack) with { Modified = 5 };
            var after = Build(edited, before);

            Assert.Single(after.Pages.Select(page => page.Hash).Except(before.Pages.Select(page => page.Hash)));
            Assert.Equal([pack.Hash.ToString()], after.Packs.Select(p => p.Hash).Except(before.Packs.Select(p => p.Hash)));
            Assert.Equal(before.Files, after.Files);
        },
        iter: 10);

    [Fact]
    public void A_new_file_changes_a_few_pages_at_most() => Gen.Int[1, Tree.Length - 1].Sample(
        at =>
        {
            var before = Build(Tree, new SnapshotContent([], []));
            var after = Build([.. Tree[..at], Generators.File(Tree[at - 1].Path + "x"), .. Tree[at..]], before);

            Assert.InRange(after.Pages.Select(page => page.Hash).Except(before.Pages.Select(page => page.Hash)).Count(), 1, 4);
        },
        iter: 10);

    [Fact]
    public void Counting_depends_on_nothing_but_the_pages()
    {
        var before = Build(Tree, new SnapshotContent([], []));
        var carried = Build(Tree, before);

        Assert.Equal(before.Pages.Select(page => page.Hash), carried.Pages.Select(page => page.Hash));
        Assert.Equal(before.Packs, carried.Packs);
        Assert.Equal(before.Bytes, carried.Bytes);
    }

    [Fact]
    public void Content_that_is_gone_is_no_longer_live()
    {
        var before = Build(Tree, new SnapshotContent([], []));
        var after = Build(Tree[..10_000], before);

        Assert.True(after.Packs[0].Live < before.Packs[0].Live);
        Assert.Equal(before.Packs[0].Content, after.Packs[0].Content);
        Assert.Equal(Tree[..10_000].Sum(entry => entry.Size), after.Packs[0].Live);
    }

    [Fact]
    public void Pages_out_of_order_are_refused()
    {
        var pages = PageCutter.Cut(Tree).ToList();
        var builder = new ContentBuilder(new SnapshotContent([], []));
        builder.Add(SnapshotScope.User, "b", pages[1]);

        Assert.Throws<SnapshotFormatException>(() => builder.Add(SnapshotScope.User, "a", pages[0]));
    }

    private static SnapshotContent Build(SnapshotEntry[] entries, SnapshotContent parent)
    {
        var builder = new ContentBuilder(parent);
        foreach (var page in PageCutter.Cut(entries))
        {
            var hash = Digest.Of(Page.Encode(page)).ToString();
            if (!builder.TryAdd(SnapshotScope.User, hash))
                builder.Add(SnapshotScope.User, hash, page);
        }
        return builder.Build(builder.NewPacks().ToDictionary(pack => pack, _ => 1000L));
    }
}

using CsCheck;
using Devex.Contracts.Snapshots;
using Devex.Runner.Saving;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Pages;
using Xunit;

namespace Devex.Runner.Tests.Saving;

public sealed class SavedIndexTests
{
    private static readonly Gen<(int Name, int Content)[]> Edits = Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 4], (name, content) => (name, content)).Array[1, 80];

    [Fact]
    public void Edits_give_the_pages_that_cutting_everything_anew_gives() => Edits.Array[1, 6].Sample(
        rounds =>
        {
            var items = Enumerable.Range(0, 2500).ToDictionary(name => name, _ => 0);
            var index = Build(items);
            foreach (var round in rounds)
            {
                foreach (var (name, content) in round)
                {
                    if (content == 0)
                        items.Remove(name);
                    else
                        items[name] = content;
                }
                var edits = round.GroupBy(edit => edit.Name).Select(group => new Edit(Path(group.Key), items.TryGetValue(group.Key, out var content) ? Item(group.Key, content) : null));
                index = index.Apply([.. edits.OrderBy(edit => edit.Path)]);
                Assert.Equal(Shape(Build(items)), Shape(index));
            }
        },
        iter: 30, threads: 1);

    [Fact]
    public void One_edit_leaves_all_pages_but_one_as_they_are()
    {
        var items = Enumerable.Range(0, 20_000).ToDictionary(name => name, _ => 0);
        var index = Build(items);

        var next = index.Apply([new Edit(Path(10_000), Item(10_000, 1))]);

        Assert.True(index.Pages.Count > 20);
        Assert.Single(next.Pages, page => !index.Pages.Contains(page));
        Assert.Equal(index.Count, next.Count);
        Assert.Equal(1, next.Find(Path(10_000))!.Entry.Mode);
        Assert.Null(next.Find(Path(20_001)));
    }

    [Fact]
    public void The_last_entry_can_go_and_the_first_can_come()
    {
        var index = new SavedIndex([]).Apply([new Edit(Path(5), Item(5, 0))]);
        Assert.Equal(1, index.Count);
        Assert.Equal(0, index.Apply([new Edit(Path(5), null)]).Count);
        Assert.Equal(2, index.Apply([new Edit(Path(1), Item(1, 0))]).Count);
    }

    [Fact]
    public void A_cursor_goes_on_behind_all_that_is_below_a_folder()
    {
        string[] paths = ["workspace", "workspace/a", "workspace/a/b", "workspace/a/b/c", "workspace/a.txt", "workspace/ab", "workspace/b"];
        var index = new SavedIndex([]).Apply([.. paths.Select(path => Of(path)).OrderBy(edit => edit.Path)]);
        var cursor = new IndexCursor(index);
        cursor.Seek(SnapshotPath.Parse("workspace/a"u8));
        cursor.Next();
        cursor.SkipBelow(SnapshotPath.Parse("workspace/a"u8));
        Assert.Equal("workspace/a.txt", cursor.Current!.Entry.Path.ToString());

        static Edit Of(string path) => new(SnapshotPath.Parse(System.Text.Encoding.UTF8.GetBytes(path)), Item(SnapshotPath.Parse(System.Text.Encoding.UTF8.GetBytes(path)), 0));
    }

    private static SavedIndex Build(Dictionary<int, int> items)
    {
        var all = items.Select(item => Item(item.Key, item.Value)).OrderBy(item => item.Entry.Path).ToDictionary(item => item.Entry.Path);
        return new SavedIndex(PageCutter.Cut(all.Values.Select(item => item.Entry))
            .Select(page => new IndexPage([.. page.Select(entry => all[entry.Path])], SnapshotScope.User, null)));
    }

    private static List<string> Shape(SavedIndex index) => [.. index.Pages.Select(page => $"{page.First} {page.Count} {string.Join(',', page.Items.Select(item => item.Entry.Mode))}")];

    private static SnapshotPath Path(int name) => SnapshotPath.Parse(System.Text.Encoding.ASCII.GetBytes($"workspace/folder-{name % 37}/file-{name}"));

    private static KnownItem Item(int name, int content) => Item(Path(name), content);

    private static KnownItem Item(SnapshotPath path, int content) =>
        new(new SnapshotEntry { Path = path, Kind = EntryKind.File, Mode = content, Modified = 1, Hash = Digest.Of([]) }, null, 0);
}

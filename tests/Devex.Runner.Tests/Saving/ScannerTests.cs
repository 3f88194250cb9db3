using Devex.Runner.Saving;
using Devex.Snapshots.Entries;
using Xunit;

namespace Devex.Runner.Tests.Saving;

public sealed class ScannerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void What_inotify_tells_and_a_look_at_those_folders_is_what_is_on_disk()
    {
        using var tree = new Tree();
        using var watch = new ChangeWatch(() => { });
        tree.Look(watch);
        var random = new Random(1);
        for (var round = 0; round < 40; round++)
        {
            for (var i = random.Next(1, 12); i > 0; i--)
                Change(tree["workspace"], random);
            var changed = watch.Take();
            Assert.False(changed.All);
            tree.Look(watch, changed.Folders);
            Assert.Equal(tree.OnDisk(), Tree.Describe(tree.Index));
        }
    }

    [Fact]
    public void A_look_at_everything_finds_what_no_event_told()
    {
        using var tree = new Tree();
        tree.Look();
        var random = new Random(2);
        for (var round = 0; round < 20; round++)
        {
            for (var i = random.Next(1, 12); i > 0; i--)
                Change(tree["workspace"], random);
            tree.Look();
            Assert.Equal(tree.OnDisk(), Tree.Describe(tree.Index));
        }
        // What was just written is looked into once more, and found to be the same.
        Assert.Empty(tree.Look());
    }

    [Fact]
    public void A_folder_that_another_one_replaces_by_its_name_is_looked_into()
    {
        using var tree = new Tree();
        Directory.CreateDirectory(tree["workspace/a/deep"]);
        File.WriteAllText(tree["workspace/a/deep/old"], "1");
        Directory.CreateDirectory(tree["workspace/b/deep"]);
        File.WriteAllText(tree["workspace/b/deep/new"], "2");
        tree.Look();

        Directory.Delete(tree["workspace/a"], recursive: true);
        Directory.Move(tree["workspace/b"], tree["workspace/a"]);
        tree.Look(folders: [SnapshotPath.Parse("workspace"u8)]);

        Assert.NotNull(tree.Index.Find(SnapshotPath.Parse("workspace/a/deep/new"u8)));
        Assert.Null(tree.Index.Find(SnapshotPath.Parse("workspace/a/deep/old"u8)));
        Assert.Null(tree.Index.Find(SnapshotPath.Parse("workspace/b"u8)));
    }

    [Fact]
    public void What_became_a_pipe_is_no_file_any_more_and_is_named()
    {
        using var tree = new Tree();
        File.WriteAllText(tree["workspace/x"], "1");
        tree.Look();
        File.Delete(tree["workspace/x"]);
        using (var make = System.Diagnostics.Process.Start("/usr/bin/mkfifo", [tree["workspace/x"]]))
            make.WaitForExit();

        tree.Look();

        Assert.Null(tree.Index.Find(SnapshotPath.Parse("workspace/x"u8)));
        Assert.Equal(["special"], tree.Stale.ToList().Select(file => file.Reason));
    }

    [Fact]
    public void A_folder_that_is_gone_is_told_by_the_one_it_was_in()
    {
        using var tree = new Tree();
        Directory.CreateDirectory(tree["workspace/a/b"]);
        File.WriteAllText(tree["workspace/a/b/c"], "1");
        tree.Look();
        Directory.Delete(tree["workspace/a"], recursive: true);

        tree.Look(folders: [SnapshotPath.Parse("workspace/a/b"u8)]);

        Assert.Equal(tree.OnDisk(), Tree.Describe(tree.Index));
    }

    [Fact]
    public void The_index_is_remembered_over_a_restart_and_only_for_the_pages_it_was_made_for()
    {
        using var tree = new Tree();
        using var control = new Devex.Testing.TempFolder("devex-control-");
        File.WriteAllText(tree["workspace/a"], "1");
        tree.Look();
        var page = Assert.Single(tree.Index.Pages);
        page.Hash = Devex.Snapshots.Digest.Of("page"u8);
        var store = new IndexStore(control.Path);
        store.Keep(tree.Index);

        var entries = page.Items.Select(item => item.Entry).ToList();
        var known = store.Load(entries, Tree.Page(page, page.Hash.ToString()!));
        var other = store.Load(entries, Tree.Page(page, new string('a', 64)));

        Assert.Equal(page.Items.Select(item => (item.Status, item.Status is null ? 0 : item.ReadAt)), known.Items.Select(item => (item.Status, item.ReadAt)));
        Assert.All(other.Items, item => Assert.Null(item.Status));
        Assert.All(store.Load(entries[..^1], Tree.Page(page, page.Hash.ToString()!)).Items, item => Assert.Null(item.Status));
    }

    [Fact]
    public void A_control_folder_that_takes_nothing_costs_a_restart_and_nothing_else()
    {
        using var tree = new Tree();
        using var control = new Devex.Testing.TempFolder("devex-control-");
        File.WriteAllText(control["index"], "in the way");
        tree.Look();
        tree.Index.Pages[0].Hash = Devex.Snapshots.Digest.Of("page"u8);

        new IndexStore(control.Path).Keep(tree.Index);

        Assert.True(tree.Index.Pages[0].Unkept);
        Assert.Equal(3, tree.Index.Count);
    }

    private static void Change(string root, Random random)
    {
        Token.ThrowIfCancellationRequested();
        var folders = Directory.GetDirectories(root, "*", SearchOption.AllDirectories).Append(root).Order(StringComparer.Ordinal).ToList();
        var files = Directory.GetFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var folder = folders[random.Next(folders.Count)];
        var name = Path.Combine(folder, $"n{random.Next(8)}");
        switch (random.Next(7))
        {
            case 0 when !Path.Exists(name):
                Directory.CreateDirectory(name);
                break;
            case 1 when files.Count > 0:
                File.Delete(files[random.Next(files.Count)]);
                break;
            case 2 when folder != root:
                Directory.Delete(folder, recursive: true);
                break;
            case 3 when folder != root && !Path.Exists(Path.Combine(root, "moved")):
                Directory.Move(folder, Path.Combine(root, "moved"));
                break;
            case 4 when files.Count > 0:
                File.Move(files[random.Next(files.Count)], Directory.Exists(name) ? Path.Combine(name, "in") : name, overwrite: true);
                break;
            case 5 when !Path.Exists(name):
                File.CreateSymbolicLink(name, $"to {random.Next()}");
                break;
            default:
                if (!Directory.Exists(name) && new FileInfo(name).LinkTarget is null)
                    File.AppendAllText(name, $"{random.Next()}");
                break;
        }
    }
}

using System.Text;
using Devex.Runner.Restoring;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Testing;
using Xunit;

namespace Devex.Runner.Tests.Restoring;

public sealed class TreeWriterTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TempFolder _outside = new();
    private readonly Parts _parts;
    private readonly TreeWriter _tree;

    public TreeWriterTests()
    {
        _parts = Parts.Open(_folder.Path);
        _tree = new TreeWriter(_parts);
    }

    [Fact]
    public void A_file_below_a_link_is_not_written_through_it()
    {
        var link = Entry("workspace/out", EntryKind.Link) with { Target = Encoding.UTF8.GetBytes(_outside.Path) };

        Assert.Throws<IOException>(() => _tree.WriteTree([Entry("workspace", EntryKind.Folder), link, Entry("workspace/out/file", EntryKind.File)]));

        Assert.Empty(Directory.GetFileSystemEntries(_outside.Path));
    }

    [Fact]
    public void A_link_that_an_earlier_restore_left_in_place_of_a_folder_is_replaced_and_its_target_left_alone()
    {
        File.WriteAllText(_outside["precious"], "x");
        Directory.CreateSymbolicLink(_folder["workspace/a"], _outside.Path);

        _tree.WriteTree([Entry("workspace", EntryKind.Folder), Entry("workspace/a", EntryKind.Folder), Entry("workspace/a/file", EntryKind.File)]);

        Assert.True(File.Exists(_folder["workspace/a/file"]));
        Assert.Null(new DirectoryInfo(_folder["workspace/a"]).LinkTarget);
        Assert.Equal([_outside["precious"]], Directory.GetFileSystemEntries(_outside.Path));
    }

    [Fact]
    public void What_is_not_in_the_snapshot_goes_and_links_among_it_are_not_followed()
    {
        File.WriteAllText(_outside["precious"], "x");
        Directory.CreateDirectory(_folder["workspace/old/deep"]);
        File.WriteAllText(_folder["workspace/old/deep/file"], "x");
        Directory.CreateSymbolicLink(_folder["workspace/old/out"], _outside.Path);
        File.WriteAllText(_folder["journal/log"], "of serve");

        _tree.RemoveOthers([Entry("workspace", EntryKind.Folder)]);

        Assert.Empty(Directory.GetFileSystemEntries(_folder["workspace"]));
        Assert.True(File.Exists(_outside["precious"]));
        Assert.True(File.Exists(_folder["journal/log"]));
    }

    public void Dispose()
    {
        _tree.Dispose();
        _parts.Dispose();
        _folder.Dispose();
        _outside.Dispose();
    }

    private static SnapshotEntry Entry(string path, EntryKind kind) => new()
    {
        Path = SnapshotPath.Parse(Encoding.UTF8.GetBytes(path)),
        Kind = kind,
        Mode = 0x1ed,
        Modified = 0,
        Hash = Digest.Of([]),
    };
}

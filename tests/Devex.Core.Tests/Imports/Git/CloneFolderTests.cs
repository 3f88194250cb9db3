using Devex.Core.Imports.Git;
using Devex.Core.Runtimes.Process;
using Devex.Testing;
using Xunit;

namespace Devex.Core.Tests.Imports.Git;

public sealed class CloneFolderTests
{
    [Fact]
    public async Task What_a_killed_Core_left_is_removed_and_what_is_in_use_is_not()
    {
        using var folder = new TempFolder();
        var (left, used, other, others) = (folder["devex-import-clone-left"], folder["devex-import-clone-used"], folder["devex-import-x"], folder["devex-git-server-x"]);
        foreach (var path in (string[])[left, used, other, others])
            Directory.CreateDirectory(Path.Combine(path, "clone/.git/objects"));
        Directory.CreateSymbolicLink(folder["devex-import-clone-link"], other);
        File.CreateSymbolicLink(Path.Combine(left, "out"), other);
        using (Native.LockFolder(used))
            Assert.Equal(1, await CloneFolder.SweepAsync(folder.Path, TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(Path.Combine(used, "clone/.git/objects")));
        Assert.True(Directory.Exists(Path.Combine(other, "clone/.git/objects")));
        Assert.True(Directory.Exists(Path.Combine(others, "clone/.git/objects")));
        Assert.Equal(1, await CloneFolder.SweepAsync(folder.Path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_clones_folder_is_in_use_until_it_is_disposed()
    {
        var folder = CloneFolder.Create();
        Assert.Null(Native.LockFolder(folder.Path));
        await folder.DisposeAsync();
        Assert.False(Directory.Exists(folder.Path));
    }
}

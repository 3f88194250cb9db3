using Devex.Contracts;
using Devex.Core.Runtimes.Process;
using Devex.Testing;
using Microsoft.Extensions.Options;
using Xunit;

namespace Devex.Core.Tests.Runtimes.Process;

public sealed class PlaceLocksTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ProcessFolders _folders;
    private readonly PlaceLocks _locks;

    public PlaceLocksTests()
    {
        _folders = new ProcessFolders(Options.Create(new ProcessOptions { DataFolder = _folder["data"], RuntimeFolder = _folder["run"] }));
        _folders.Create();
        _locks = new PlaceLocks(_folders, TimeProvider.System);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_place_is_held_by_one_and_holds_up_no_other()
    {
        using var held = await _locks.TakeAsync(Of("abcdefghjkmn"), Cancelled);
        using (await _locks.TakeAsync(Of("abcdefghjkmp"), Cancelled))
        {
        }
        var waiting = _locks.TakeAsync(Of("abcdefghjkmn"), Cancelled);
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task Who_waited_for_a_place_that_went_away_holds_the_new_lock_alone()
    {
        var held = await _locks.TakeAsync(Of("abcdefghjkmn"), Cancelled);
        var waiting = Enumerable.Range(0, 20).Select(_ => Task.Run(() => TakeAndForgetAsync(Of("abcdefghjkmn")), Cancelled)).ToList();
        held.Forget();
        held.Dispose();
        await Task.WhenAll(waiting);
        Assert.Equal(1, _most);
        Assert.Empty(Directory.EnumerateFiles(_folders.Locks));
    }

    [Fact]
    public async Task What_is_no_lock_of_another_is_told_at_once()
    {
        Directory.Delete(_folders.Locks);
        await Assert.ThrowsAnyAsync<IOException>(() => _locks.TakeAsync(Of("abcdefghjkmn"), Cancelled));
        await File.WriteAllTextAsync(_folders.Locks, "", Cancelled);
        await Assert.ThrowsAnyAsync<IOException>(() => _locks.TakeAsync(Of("abcdefghjkmn"), Cancelled));
    }

    private int _inside;
    private int _most;

    private async Task TakeAndForgetAsync(SessionFolders place)
    {
        using var taken = await _locks.TakeAsync(place, Cancelled);
        var inside = Interlocked.Increment(ref _inside);
        if (inside > _most)
            _most = inside;
        await Task.Yield();
        Interlocked.Decrement(ref _inside);
        taken.Forget();
    }

    private SessionFolders Of(string id) => _folders.Of(ReplId.Parse(id));
}

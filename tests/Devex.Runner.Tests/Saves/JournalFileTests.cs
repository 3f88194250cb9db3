using Devex.Contracts.Protocol;
using Devex.Runner.Saves;
using Devex.Runner.Saving;
using Devex.Runner.Serving;
using Devex.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Runner.Tests.Saves;

/// <summary>What programs of the user may put where saver and <c>serve</c> speak to each other.</summary>
public sealed class JournalFileTests : IDisposable
{
    private readonly TempFolder _files = new();

    public JournalFileTests() => Directory.CreateDirectory(Journal);

    private string Journal => _files["journal"];

    private string Saves => Path.Combine(Journal, JournalFile.Saves);

    private string Serving => Path.Combine(Journal, JournalFile.Serving);

    [Fact]
    public void What_the_saver_writes_is_read()
    {
        Report();
        Assert.Equal((SaveProgress.Saving, 3, 12L), State());
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        var target = _files["incarnation.json"];
        File.WriteAllText(target, "a token");
        File.CreateSymbolicLink(Saves, target);
        Report();
        Assert.Equal("a token", File.ReadAllText(target));

        File.WriteAllText(target, """{"state":"saving","files":9}""");
        Assert.Equal((SaveProgress.Unknown, 0, 0L), State());
    }

    [Fact]
    public void A_journal_that_is_a_link_is_none()
    {
        Directory.CreateDirectory(_files["control"]);
        Directory.Delete(Journal);
        File.CreateSymbolicLink(Journal, _files["control"]);
        Report();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_files["control"]));
    }

    [Fact]
    public async Task A_pipe_holds_nobody_up()
    {
        MakePipe(Saves);
        MakePipe(Serving);
        await Task.Run(Report, TestContext.Current.CancellationToken).WaitAsync(ProgramProcess.DefaultTimeout, TestContext.Current.CancellationToken);
        Assert.Equal(
            (SaveProgress.Unknown, 0, 0L),
            await Task.Run(State, TestContext.Current.CancellationToken).WaitAsync(ProgramProcess.DefaultTimeout, TestContext.Current.CancellationToken));
        await Presence().WaitUntilGoneAsync(TestContext.Current.CancellationToken).WaitAsync(ProgramProcess.DefaultTimeout, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_saver_waits_for_who_holds_the_lock_and_for_nobody_else()
    {
        var time = new FakeTimeProvider();
        Task waiting;
        using (new FileStream(Serving, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            waiting = new ServePresence(_files.Path, time).WaitUntilGoneAsync(TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(waiting.IsCompleted);
        }
        time.Advance(TimeSpan.FromSeconds(1));
        await waiting.WaitAsync(ProgramProcess.DefaultTimeout, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _files.Dispose();

    private static void MakePipe(string path)
    {
        using var make = System.Diagnostics.Process.Start("mkfifo", [path]);
        make.WaitForExit();
        Assert.Equal(0, make.ExitCode);
    }

    private ServePresence Presence() => new(_files.Path, TimeProvider.System);

    private void Report() => new SaveReport(_files.Path, TimeProvider.System).Saving(3, 12);

    private (SaveProgress State, int Files, long Bytes) State()
    {
        var state = new SavesFile(new ServeOptions(default, "", "", "", "", Journal)).Read();
        return (state.State, state.Files, state.Bytes);
    }
}

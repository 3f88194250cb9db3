using Devex.Contracts.Protocol;
using Devex.Runner.Documents;
using Xunit;

namespace Devex.Runner.Tests.Documents;

public sealed class RecoveryTests : IDisposable
{
    private readonly DocumentFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_kill_between_any_two_bytes_of_the_journal_keeps_a_whole_prefix()
    {
        var page = Begin("abc");
        var ends = new List<(long Length, string Text)>();
        var text = "abc";
        for (var i = 0; i < 5; i++)
        {
            page.Push(i, "ada", i + 1, ChangeSet.Replace(text.Length, i, 0, $"<{i}>"));
            text = text.Insert(i, $"<{i}>");
            ends.Add((new FileInfo(_fixture.JournalOf(page.Id)).Length, text));
        }

        var journal = File.ReadAllBytes(_fixture.JournalOf(page.Id));
        for (var length = (int)ends[0].Length; length <= journal.Length; length++)
        {
            File.WriteAllBytes(_fixture.JournalOf(page.Id), journal[..length]);
            File.WriteAllText(_fixture["a.txt"], "abc");
            var content = Runner.Documents.Journal.Read(_fixture.JournalOf(page.Id))!;
            var state = Recovery.Recover("a.txt", _fixture.Host.Read("a.txt"), page.Document.Index, content, BootClock.BootId);
            var (whole, expected) = ends.Last(end => end.Length <= length);
            Assert.Equal(expected, state.Text.ToString());
            Assert.Equal(whole, state.Journal);
        }
    }

    [Fact]
    public void Acknowledged_edits_reach_the_file_after_a_kill_though_nobody_opens_it()
    {
        var page = Begin("abc");
        page.Push(0, "ada", 1, ChangeSet.Replace(3, 3, 0, "def"));
        Assert.Equal("abc", File.ReadAllText(_fixture["a.txt"]));
        _fixture.Restart();
        Assert.Equal("abcdef", File.ReadAllText(_fixture["a.txt"]));
    }

    [Fact]
    public void A_page_goes_on_after_a_kill_with_what_it_missed_and_its_edits_once()
    {
        var page = Begin("abc");
        page.Push(0, "ada", 1, ChangeSet.Replace(3, 3, 0, "d"));
        page.Push(1, "bob", 1, ChangeSet.Replace(4, 4, 0, "e"));
        _fixture.Restart();
        var again = _fixture.Open("a.txt", 1, new ResumeDocument(page.Id, 1));
        Assert.Equal((page.Id, 2L, (string?)null, 1L), (again.Id, again.Opened.Version, again.Opened.Text, again.Opened.Base));
        Assert.Equal("bob", Assert.Single(again.Opened.Updates!).Client);
        Assert.Equal(1, again.Opened.Received["ada"]);
        Assert.Equal(2, again.Push(0, "ada", 1, ChangeSet.Replace(3, 3, 0, "d")));
    }

    [Fact]
    public void A_crash_between_index_and_file_goes_on_from_the_file_before()
    {
        var page = Begin("abc");
        page.Push(0, "ada", 1, ChangeSet.Replace(3, 3, 0, "d"));
        page.Document.Flush();
        File.WriteAllText(_fixture["a.txt"], "abc");
        File.Delete(_fixture.JournalOf(page.Id));
        _fixture.Restart();
        var again = _fixture.Open("a.txt");
        Assert.Equal((page.Id, "abc"), (again.Id, again.Opened.Text));
        Assert.Equal(Branches.Size, again.Opened.Version);
    }

    [Fact]
    public void After_a_restored_snapshot_pages_send_again_what_was_lost()
    {
        var page = Begin("abc");
        page.Push(0, "ada", 1, ChangeSet.Replace(3, 3, 0, "d"));
        page.Document.Flush();
        page.Push(1, "ada", 2, ChangeSet.Replace(4, 4, 0, "e"));
        page.Push(2, "bob", 1, ChangeSet.Replace(5, 5, 0, "f"));

        // The node is gone; the snapshot holds the file and the index of the last flush.
        File.Delete(_fixture.JournalOf(page.Id));
        _fixture.Restart();
        var other = _fixture.Open("a.txt", 2);
        other.Push(other.Opened.Version, "eve", 1, ChangeSet.Replace(4, 0, 0, "!"));
        var again = _fixture.Open("a.txt", 1, new ResumeDocument(page.Id, 3));
        Assert.Equal((page.Id, (string?)null, 1L), (again.Id, again.Opened.Text, again.Opened.Base));
        Assert.Equal("eve", Assert.Single(again.Opened.Updates!).Client);
        Assert.Equal(1, again.Opened.Received["ada"]);

        // The page takes back what came after version 1 and sends it again, its own and others' alike.
        var from = again.Opened.Version - again.Opened.Updates!.Count;
        again.Document.Push(again.Connection, from, [new Update("ada", 2, ChangeSet.Replace(4, 4, 0, "e")), new Update("bob", 1, ChangeSet.Replace(5, 5, 0, "f"))]);
        var late = _fixture.Open("a.txt", 3, new ResumeDocument(page.Id, 3));
        late.Document.Push(late.Connection, from, [new Update("ada", 2, ChangeSet.Replace(4, 4, 0, "e")), new Update("bob", 1, ChangeSet.Replace(5, 5, 0, "f"))]);
        again.Document.Flush();
        Assert.Equal("!abcdef", File.ReadAllText(_fixture["a.txt"]));
    }

    [Fact]
    public void A_file_that_another_program_changed_meanwhile_is_merged_with_the_journal()
    {
        var page = Begin("one\ntwo\nthree\n");
        page.Push(0, "ada", 1, ChangeSet.Replace(14, 0, 3, "ONE"));
        File.WriteAllText(_fixture["a.txt"], "one\ntwo\nTHREE\n");
        _fixture.Restart();
        Assert.Equal("ONE\ntwo\nTHREE\n", File.ReadAllText(_fixture["a.txt"]));
        Assert.Equal(page.Id, _fixture.Open("a.txt").Id);
    }

    [Fact]
    public void A_file_that_nobody_knows_begins_a_new_document()
    {
        var page = Begin("abc");
        File.Delete(_fixture.JournalOf(page.Id));
        File.WriteAllText(_fixture["a.txt"], "something else");
        _fixture.Restart();
        var again = _fixture.Open("a.txt", 1, new ResumeDocument(page.Id, 0));
        Assert.NotEqual(page.Id, again.Id);
        Assert.Equal("something else", again.Opened.Text);
    }

    [Fact]
    public void Torn_and_foreign_files_in_the_journal_folder_do_no_harm()
    {
        var page = Begin("abc");
        File.WriteAllText(Path.Combine(_fixture.Journal, "x.doc.json"), "{");
        File.WriteAllText(Path.Combine(_fixture.Journal, "y.doc.json"), """{"id":"../y","path":"a.txt","flushes":[]}""");
        File.WriteAllBytes(_fixture.JournalOf(page.Id), [0xff, 0xff, 0xff, 0x7f, 1, 2, 3, 4, 5]);
        _fixture.Restart();
        Assert.Equal("abc", _fixture.Open("a.txt").Opened.Text);
    }

    private Page Begin(string text)
    {
        File.WriteAllText(_fixture["a.txt"], text);
        return _fixture.Open("a.txt");
    }
}

using System.Runtime.Versioning;
using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Documents;
using Devex.Runner.Sessions;
using Xunit;

namespace Devex.Runner.Tests.Documents;

public sealed class DocumentTests : IDisposable
{
    private readonly DocumentFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_flush_follows_300_ms_after_the_last_change()
    {
        var page = Open("a.txt", "abc");
        page.Push(0, "ada", 1, ChangeSet.Replace(3, 3, 0, "d"));
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.Equal("abc", Read("a.txt"));
        page.Push(1, "ada", 2, ChangeSet.Replace(4, 4, 0, "e"));
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.Equal("abc", Read("a.txt"));
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("abcde", Read("a.txt"));
        var flushed = Assert.Single(page.Told("documents.flushed"));
        Assert.Equal(2, flushed.GetProperty("version").GetInt64());
        Assert.Equal(TextFile.Hash("abcde"u8), flushed.GetProperty("hash").GetString());
    }

    [Fact]
    public void A_flush_follows_at_most_a_second_after_the_first_change()
    {
        var page = Open("a.txt", "");
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("", Read("a.txt"));
            page.Push(i, "ada", i + 1, ChangeSet.Replace(i, i, 0, "x"));
            _fixture.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal("xxxxxxxxxx", Read("a.txt"));
    }

    [Fact]
    public void An_update_is_told_to_everyone_before_it_is_answered_and_applied_once()
    {
        var page = Open("a.txt", "abc");
        var other = _fixture.Open("a.txt", 2);
        Assert.Equal(1, page.Push(0, "ada", 1, ChangeSet.Replace(3, 0, 0, "x")));
        Assert.Single(page.Told("documents.updates"));
        Assert.Single(other.Told("documents.updates"));
        Assert.Equal(1, page.Push(0, "ada", 1, ChangeSet.Replace(3, 0, 0, "x")));
        Assert.Single(other.Told("documents.updates"));
        page.Document.Flush();
        Assert.Equal("xabc", Read("a.txt"));
    }

    [Fact]
    public void Updates_with_a_gap_or_of_an_unknown_version_are_refused()
    {
        var page = Open("a.txt", "abc");
        page.Push(0, "ada", 1, ChangeSet.Replace(3, 0, 0, "x"));
        Assert.Equal("documents.stale", Assert.Throws<SessionException>(() => page.Push(1, "ada", 3, ChangeSet.Keep(4))).Reason);
        Assert.Equal("documents.stale", Assert.Throws<SessionException>(() => page.Push(7, "ada", 2, ChangeSet.Keep(4))).Reason);
        Assert.Equal("documents.stale", Assert.Throws<SessionException>(() => page.Push(1, "ada", 1, ChangeSet.Keep(4))).Reason);
        Assert.Equal("documents.changes", Assert.Throws<SessionException>(() => page.Push(1, "ada", 2, ChangeSet.Keep(5))).Reason);
    }

    [Fact]
    public void Frozen_documents_are_flushed_and_take_nothing()
    {
        var page = Open("a.txt", "abc");
        page.Push(0, "ada", 1, ChangeSet.Replace(3, 0, 0, "x"));
        _fixture.Host.Frozen = () => "being saved";
        Assert.True(_fixture.Store.FlushAll());
        Assert.Equal("xabc", Read("a.txt"));
        Assert.Equal(ErrorCodes.Frozen, Assert.Throws<SessionException>(() => page.Push(1, "ada", 2, ChangeSet.Keep(4))).Code);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void The_form_of_the_file_is_kept()
    {
        File.WriteAllBytes(_fixture["crlf.txt"], Encoding.UTF8.GetBytes("\uFEFFa\r\nb\r\n"));
        File.SetUnixFileMode(_fixture["crlf.txt"], (UnixFileMode)0b111_101_000);
        var page = _fixture.Open("crlf.txt");
        Assert.Equal(("a\nb\n", "crlf"), (page.Opened.Text, page.Opened.LineEnding));
        page.Push(0, "ada", 1, ChangeSet.Replace(4, 2, 0, "é\n"));
        page.Document.Flush();
        Assert.Equal(Encoding.UTF8.GetBytes("\uFEFFa\r\né\r\nb\r\n"), File.ReadAllBytes(_fixture["crlf.txt"]));
        Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(_fixture["crlf.txt"]));
    }

    [Fact]
    public void A_link_leads_to_the_same_document_and_stays_a_link()
    {
        var page = Open("a.txt", "abc");
        File.CreateSymbolicLink(_fixture["link.txt"], "a.txt");
        var linked = _fixture.Open("link.txt", 2);
        Assert.Equal(page.Id, linked.Id);
        linked.Push(0, "bob", 1, ChangeSet.Replace(3, 3, 0, "d"));
        page.Document.Flush();
        Assert.Equal("abcd", Read("a.txt"));
        Assert.Equal("a.txt", new FileInfo(_fixture["link.txt"]).LinkTarget);
    }

    [Fact]
    public void Binary_badly_encoded_and_large_files_are_refused_kindly()
    {
        File.WriteAllBytes(_fixture["binary"], [1, 0, 2]);
        File.WriteAllBytes(_fixture["latin1"], [(byte)'a', 0xe9, (byte)'b']);
        File.WriteAllBytes(_fixture["large"], new byte[TextFile.Limit]);
        Assert.Equal(ErrorCodes.WrongKind, Assert.Throws<SessionException>(() => _fixture.Open("binary")).Code);
        Assert.Equal(ErrorCodes.WrongKind, Assert.Throws<SessionException>(() => _fixture.Open("latin1")).Code);
        Assert.Equal(ErrorCodes.TooLarge, Assert.Throws<SessionException>(() => _fixture.Open("large")).Code);
        Assert.Equal(ErrorCodes.NotFound, Assert.Throws<SessionException>(() => _fixture.Open("none")).Code);
    }

    [Theory]
    [InlineData("x", 1, false)]
    [InlineData("字", 3, false)]
    [InlineData("\n", 2, true)]
    public void No_text_becomes_larger_than_a_file_that_can_be_opened_again(string letter, int bytes, bool carriageReturns)
    {
        var begin = carriageReturns ? "\r\n" : "";
        var page = Open("a.txt", begin);
        var length = page.Opened.Text!.Length;
        var most = (TextFile.Limit - 1 - begin.Length) / bytes;
        var text = new StringBuilder().Insert(0, letter, most).ToString();
        var refused = Assert.Throws<SessionException>(() => page.Push(0, "ada", 1, ChangeSet.Replace(length, 0, 0, text + letter)));
        Assert.Equal((ErrorCodes.TooLarge, (long?)TextFile.Limit), (refused.Code, refused.Limit));
        Assert.Equal(1, page.Push(0, "ada", 1, ChangeSet.Replace(length, 0, 0, text)));
        Assert.Throws<SessionException>(() => page.Push(1, "ada", 2, ChangeSet.Replace(length + text.Length, 0, 0, letter)));
        // As many bytes as before.
        Assert.Equal(2, page.Push(1, "ada", 2, ChangeSet.Replace(length + text.Length, 0, 1, letter)));
        page.Document.Flush();
        _fixture.Restart();
        Assert.Equal(length + text.Length, _fixture.Open("a.txt").Opened.Text!.Length);
    }

    [Fact]
    public void A_change_by_another_program_comes_in_beside_unflushed_edits()
    {
        var page = Open("a.txt", "one\ntwo\nthree\n");
        page.Push(0, "ada", 1, ChangeSet.Replace(14, 0, 3, "ONE"));
        File.WriteAllText(_fixture["a.txt"], "one\ntwo\nTHREE\n");
        page.Document.Flush();
        Assert.Equal("ONE\ntwo\nTHREE\n", Read("a.txt"));
        Assert.Equal("outside", page.Told("documents.updates")[^1].GetProperty("updates")[0].GetProperty("client").GetString());
    }

    [Fact]
    public void A_change_by_another_program_is_seen_without_edits()
    {
        var page = Open("a.txt", "one\n");
        File.WriteAllText(_fixture["a.txt"], "one\ntwo\n");
        page.Document.LookOutside();
        Assert.Equal("one\ntwo\n", _fixture.Open("a.txt", 2).Opened.Text);
        Assert.Equal(1, Assert.Single(page.Told("documents.flushed")).GetProperty("version").GetInt64());
    }

    [Fact]
    public void A_deleted_file_takes_no_edits_until_it_is_there_again()
    {
        var page = Open("a.txt", "one\n");
        File.Delete(_fixture["a.txt"]);
        page.Document.LookOutside();
        Assert.False(Assert.Single(page.Told("documents.moved")).TryGetProperty("path", out _));
        Assert.Equal("documents.deleted", Assert.Throws<SessionException>(() => page.Push(0, "ada", 1, ChangeSet.Keep(4))).Reason);
        File.WriteAllText(_fixture["a.txt"], "one\ntwo\n");
        page.Document.LookOutside();
        Assert.Equal("a.txt", page.Told("documents.moved")[^1].GetProperty("path").GetString());
        Assert.Equal("one\ntwo\n", _fixture.Open("a.txt", 2).Opened.Text);
    }

    [Fact]
    public void Edits_outlive_a_deletion()
    {
        var page = Open("a.txt", "one\n");
        page.Push(0, "ada", 1, ChangeSet.Replace(4, 4, 0, "two\n"));
        File.Delete(_fixture["a.txt"]);
        Assert.True(page.Document.Flush());
        Assert.Equal("one\ntwo\n", Read("a.txt"));
        Assert.Empty(page.Told("documents.moved"));
    }

    [Fact]
    public void A_rename_takes_the_document_along()
    {
        Directory.CreateDirectory(_fixture["src"]);
        var page = Open("src/a.txt", "one\n");
        page.Push(0, "ada", 1, ChangeSet.Replace(4, 4, 0, "two\n"));
        _fixture.Files.Rename("src", "lib", false);
        Assert.Equal("lib/a.txt", Assert.Single(page.Told("documents.moved")).GetProperty("path").GetString());
        Assert.True(page.Document.Flush());
        Assert.Equal("one\ntwo\n", Read("lib/a.txt"));
        Assert.False(Directory.Exists(_fixture["src"]));
    }

    [Fact]
    public void A_flush_that_fails_is_told_and_tried_again()
    {
        Directory.CreateDirectory(_fixture["src"]);
        var page = Open("src/a.txt", "one\n");
        page.Push(0, "ada", 1, ChangeSet.Replace(4, 4, 0, "two\n"));
        Directory.Move(_fixture["src"], _fixture["away"]);
        Assert.False(page.Document.Flush());
        Assert.NotEmpty(Assert.Single(page.Told("documents.failed")).GetProperty("message").GetString()!);
        Assert.True(page.Document.Unflushed);
        Directory.Move(_fixture["away"], _fixture["src"]);
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("one\ntwo\n", Read("src/a.txt"));
        Assert.False(page.Document.Unflushed);
    }

    [Fact]
    public void A_document_without_editors_leaves_memory_once_it_is_in_its_file()
    {
        var page = Open("a.txt", "one\n");
        var document = page.Document;
        page.Push(0, "ada", 1, ChangeSet.Replace(4, 4, 0, "two\n"));
        document.Close(page.Connection);
        _fixture.Store.Release(document);
        Assert.NotEmpty(_fixture.Store.All);
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Empty(_fixture.Store.All);
        Assert.Equal("one\ntwo\n", Read("a.txt"));
        Assert.Equal(1, _fixture.Open("a.txt").Opened.Version);
    }

    [Fact]
    public void Presence_reaches_the_others_and_those_who_come_later()
    {
        var page = Open("a.txt", "one\n");
        var other = _fixture.Open("a.txt", 2);
        page.Document.Present(1, new DocumentPresence(page.Id, 0, [new SelectionRange(1, 2)]));
        Assert.Equal(1, Assert.Single(Assert.Single(other.Told("documents.presence")).GetProperty("people").EnumerateArray()).GetProperty("person").GetProperty("connection").GetInt32());
        Assert.Empty(page.Told("documents.presence"));
        Assert.Single(_fixture.Open("a.txt", 3).Told("documents.presence"));
        page.Document.Close(1);
        Assert.False(Assert.Single(other.Told("documents.presence")[^1].GetProperty("people").EnumerateArray()).TryGetProperty("selections", out _));
    }

    private Page Open(string path, string text)
    {
        File.WriteAllText(_fixture[path], text);
        return _fixture.Open(path);
    }

    private string Read(string path) => File.ReadAllText(_fixture[path]);
}

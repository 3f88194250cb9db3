using System.Text.Json;
using CsCheck;
using Devex.Contracts.Protocol;
using Devex.Runner.Documents;
using Xunit;

namespace Devex.Runner.Tests.Documents;

/// <summary>Who is told when of what was typed, in rooms so full that not everybody is told of each key.</summary>
public sealed class TellingTests : IDisposable
{
    private const int FullRoom = 200;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds((double)FullRoom / Document.MostFrames);
    private static readonly TimeSpan PresenceWait = TimeSpan.FromSeconds((double)FullRoom / Document.MostPresenceFrames);

    private readonly DocumentFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void In_a_full_room_who_typed_is_told_at_once_and_the_others_of_all_together()
    {
        var room = Room(FullRoom);
        Type(room[0], 0);
        Assert.All(room, page => Assert.Equal([1], Updates(page)));
        Type(room[1], 1);
        Type(room[2], 1);
        Assert.Equal([1, 1], Updates(room[1]));
        Assert.Equal([1, 2], Updates(room[2]));
        Assert.All(room.Except([room[1], room[2]]), page => Assert.Equal([1], Updates(page)));

        _fixture.Time.Advance(Wait - TimeSpan.FromMilliseconds(1));
        Assert.Equal([1], Updates(room[3]));
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([1, 1, 1], Updates(room[1]));
        Assert.All(room.Except([room[1]]), page => Assert.Equal([1, 2], Updates(page)));
        Assert.All(room, page => Assert.Equal(3, TextAndVersion(page).Version));
    }

    [Fact]
    public void After_a_pause_nobody_waits()
    {
        var room = Room(FullRoom);
        Type(room[0], 0);
        _fixture.Time.Advance(Wait);
        Type(room[1], 1);
        Assert.All(room, page => Assert.Equal([1, 1], Updates(page)));
    }

    [Fact]
    public void Of_ten_people_nobody_waits()
    {
        var room = Room(10);
        for (var i = 0; i < 60; i++)
        {
            Type(room[i % 10], i, n: 1 + (i / 10));
            Assert.All(room, page => Assert.Equal(i + 1, Updates(page).Count));
        }
    }

    [Fact]
    public void Long_text_does_not_wait()
    {
        var room = Room(FullRoom);
        Type(room[0], 0);
        Type(room[1], 1, text: new string('x', 100_000));
        Assert.All(room, page => Assert.Equal([1, 1], Updates(page)));
    }

    [Fact]
    public void What_happens_to_the_file_is_told_after_all_that_was_typed()
    {
        var room = Room(FullRoom);
        Type(room[0], 0);
        Type(room[1], 1);
        room[0].Document.Flush();
        Assert.All(room, page => Assert.Equal(["documents.updates", "documents.updates", "documents.flushed"], Methods(page)));
        _fixture.Time.Advance(Wait);
        Assert.All(room, page => Assert.Equal(3, page.Frames.Count));
    }

    [Fact]
    public void Where_somebody_is_follows_the_text_and_of_what_came_meanwhile_the_last_is_told()
    {
        var room = Room(FullRoom);
        Type(room[0], 0);
        Type(room[1], 1);
        foreach (var at in (int[])[4, 3, 2, 1]) Move(room[1], at, version: 2);
        _fixture.Time.Advance(PresenceWait);
        Assert.All(room.Except([room[1]]), page =>
        {
            Assert.Equal(["documents.updates", "documents.updates", "documents.presence", "documents.presence"], Methods(page));
            Assert.Equal([4, 1], page.Told("documents.presence").Select(told => HeadOf(told, room[1])));
        });
        Assert.Empty(room[1].Told("documents.presence"));
    }

    [Fact]
    public void Where_all_are_in_a_full_room_is_told_in_one_frame()
    {
        var room = Room(FullRoom);
        foreach (var page in room) Move(page, page.Connection % 4);
        _fixture.Time.Advance(PresenceWait - TimeSpan.FromMilliseconds(1));
        Assert.All(room.Skip(1), page => Assert.Single(page.Told("documents.presence")));
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(room[0].Told("documents.presence").SkipLast(1));
        Assert.All(room, page =>
        {
            var told = page.Told("documents.presence")[^1];
            Assert.Equal(room.Skip(1).Select(other => (int?)(other.Connection % 4)), room.Skip(1).Select(other => HeadOf(told, other)));
        });
    }

    [Fact]
    public void Of_five_people_nobody_waits_for_a_place()
    {
        var room = Room(5);
        for (var i = 0; i < 20; i++)
        {
            Move(room[i % 5], i % 4);
            Assert.All(room.Except([room[i % 5]]), page => Assert.Equal(i % 4, HeadOf(page.Told("documents.presence")[^1], room[i % 5])));
        }
    }

    [Fact]
    public void Who_moved_and_left_before_anybody_was_told_is_nowhere()
    {
        var room = Room(FullRoom);
        Move(room[0], 0);
        Move(room[1], 1);
        room[1].Document.Close(room[1].Connection);
        _fixture.Time.Advance(PresenceWait);
        Assert.All(room.Skip(2), page => Assert.Null(HeadOf(page.Told("documents.presence")[^1], room[1])));
    }

    [Fact]
    public void Who_pushes_what_another_page_pushed_before_is_told_of_it_before_the_answer()
    {
        var room = Room(FullRoom);
        Type(room[0], 0);
        Type(room[1], 1);
        Assert.Equal([1], Updates(room[2]));
        Assert.Equal(2, room[2].Push(1, "page1", 1, ChangeSet.Replace(4, 0, 0, "x")));
        Assert.Equal([1, 1], Updates(room[2]));
    }

    [Fact]
    public void Who_opens_it_meanwhile_has_the_text_and_is_not_told_of_it_again()
    {
        var room = Room(FullRoom);
        Type(room[0], 0);
        Type(room[1], 1);
        var late = _fixture.Open("a.txt", FullRoom + 1);
        Assert.Equal(2, late.Opened.Version);
        _fixture.Time.Advance(Wait * 2);
        Assert.Empty(Updates(late));
        Assert.Equal([1, 1], Updates(room[2]));
    }

    [Fact]
    public void Everyone_is_told_of_every_update_once_and_in_order() => Gen.Int[0, int.MaxValue].Sample(seed =>
    {
        using var fixture = new DocumentFixture();
        File.WriteAllText(fixture["a.txt"], "abc");
        var random = new Random(seed);
        var room = Enumerable.Range(1, 120).Select(connection => fixture.Open("a.txt", connection)).ToList();
        var typed = new int[120];
        var places = new int?[120];
        for (var step = 0; step < 300; step++)
        {
            var at = random.Next(room.Count);
            var page = room[at];
            switch (random.Next(8))
            {
                case 0 or 1 or 2 or 3:
                    var (text, version) = TextAndVersion(page);
                    var from = random.Next(text.Length + 1);
                    var change = ChangeSet.Replace(text.Length, from, Math.Min(random.Next(2), text.Length - from), $"{(char)('a' + random.Next(26))}");
                    var now = page.Push(version, $"page{at}", ++typed[at], change);
                    Assert.Equal(now, TextAndVersion(page).Version);
                    break;
                case 4: fixture.Time.Advance(TimeSpan.FromMilliseconds(random.Next(4))); break;
                case 5: Move(page, (places[at] = random.Next(3)).Value, TextAndVersion(page).Version); break;
                case 6 when random.Next(10) == 0: page.Document.Flush(); break;
                case 7 when random.Next(4) == 0:
                    page.Document.Close(page.Connection);
                    places[at] = null;
                    room[at] = fixture.Open("a.txt", page.Connection);
                    break;
            }
        }

        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        var written = File.ReadAllText(fixture["a.txt"]);
        Assert.All(room, page => Assert.Equal(written, TextAndVersion(page).Text));
        Assert.All(room, page =>
        {
            var told = page.Told("documents.presence").SelectMany(told => told.GetProperty("people").EnumerateArray()).GroupBy(ConnectionOf).ToDictionary(of => of.Key, of => Head(of.Last()));
            Assert.Equal(places.Index().Where(place => place.Index != page.Connection - 1).Select(place => place.Item), room.Except([page]).Select(other => told.GetValueOrDefault(other.Connection)));
        });
    }, iter: 20, threads: 1);

    private List<Page> Room(int people)
    {
        File.WriteAllText(_fixture["a.txt"], "abc");
        return [.. Enumerable.Range(1, people).Select(connection => _fixture.Open("a.txt", connection))];
    }

    /// <summary>Puts one letter, or more, in front of all.</summary>
    private static void Type(Page page, long version, long n = 1, string text = "x") =>
        page.Push(version, $"page{page.Connection - 1}", n, ChangeSet.Replace(TextAndVersion(page, version).Text.Length, 0, 0, text));

    private static void Move(Page page, int at, long version = 0) => page.Document.Present(page.Connection, new DocumentPresence(page.Id, version, [new SelectionRange(at, at)]));

    /// <summary>Where somebody is by what was told; null when nowhere.</summary>
    private static int? HeadOf(JsonElement told, Page person) => Head(Assert.Single(told.GetProperty("people").EnumerateArray(), place => ConnectionOf(place) == person.Connection));

    private static int? Head(JsonElement place) => place.TryGetProperty("selections", out var selections) ? selections[0].GetProperty("head").GetInt32() : null;

    private static int ConnectionOf(JsonElement place) => place.GetProperty("person").GetProperty("connection").GetInt32();

    /// <summary>How many updates each frame brought.</summary>
    private static List<int> Updates(Page page) => [.. page.Told("documents.updates").Select(told => told.GetProperty("updates").GetArrayLength())];

    private static List<string> Methods(Page page) => [.. page.Frames.Select(frame => JsonDocument.Parse(frame).RootElement.GetProperty("method").GetString()!)];

    /// <summary>The text that somebody has who applied what they were told, each frame to the version that it says.</summary>
    private static (string Text, long Version) TextAndVersion(Page page, long most = long.MaxValue)
    {
        var (text, version) = (page.Opened.Text!, page.Opened.Version);
        foreach (var told in page.Told("documents.updates"))
        {
            Assert.Equal(version, told.GetProperty("version").GetInt64());
            foreach (var update in told.GetProperty("updates").EnumerateArray())
            {
                if (version == most) return (text, version);
                text = Changes.Apply(text, Changes.Parse(update.GetProperty("changes").GetRawText()));
                version++;
            }
        }

        return (text, version);
    }
}

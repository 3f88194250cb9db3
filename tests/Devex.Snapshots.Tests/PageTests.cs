using System.Buffers;
using System.Buffers.Binary;
using CsCheck;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Pages;
using Xunit;

namespace Devex.Snapshots.Tests;

public sealed class PageTests
{
    [Fact]
    public void Any_tree_comes_back_from_its_page() => Generators.Entries.Sample(entries =>
    {
        var again = Page.Decode(Page.Encode(entries));
        Assert.Equal(Page.Encode(entries), Page.Encode(again));
        Assert.Equal(entries.Select(Describe), again.Select(Describe));
    });

    [Fact]
    public void A_damaged_page_is_refused_and_nothing_else_happens() => Gen.Select(Generators.Entries, Gen.Int[0, 100_000], Gen.Byte).Sample((entries, at, value) =>
    {
        var payload = Payload(entries);
        payload[at % payload.Length] = value;
        try
        {
            PageEncoding.Read(payload);
        }
        catch (SnapshotFormatException)
        {
        }
    });

    [Fact]
    public void The_bytes_of_format_1_do_not_change()
    {
        var entries = new[]
        {
            Generators.Folder("workspace"),
            Generators.File("workspace/a.txt", "hello"),
            Generators.File("workspace/empty", "") with { Chunks = [] },
            new SnapshotEntry { Path = SnapshotPath.Parse("workspace/link"u8), Kind = EntryKind.Link, Mode = 0x1ff, Modified = -1, Target = "a.txt"u8.ToArray() },
        };

        var hello = Digest.Of("hello"u8).ToString();
        Assert.Equal(
            "01" + "00" + Digest.Of("pack"u8) + "04"
            + "09" + Hex("workspace") + "02" + "ed03" + "00"
            + "0f" + Hex("workspace/a.txt") + "01" + "a403" + "8080d0e2c6bfce972f" + "05" + hello + "01" + "00" + "18" + "64" + "00" + "05"
            + "0f" + Hex("workspace/empty") + "01" + "a403" + "8080d0e2c6bfce972f" + "00"
            + "0e" + Hex("workspace/link") + "03" + "ff03" + "01" + "05" + Hex("a.txt"),
            Convert.ToHexStringLower(Payload(entries)));
        Assert.Equal("4458504701000000", Convert.ToHexStringLower(Page.Encode(entries).AsSpan(0, 8)));
    }

    [Fact]
    public void Entries_twice_or_out_of_order_are_refused()
    {
        var a = Generators.File("workspace/a");
        var b = Generators.File("workspace/b");

        Assert.Throws<SnapshotFormatException>(() => Page.Decode(Page.Encode([b, a])));
        Assert.Throws<SnapshotFormatException>(() => Page.Decode(Page.Encode([a, a])));
    }

    [Fact]
    public void Modes_that_give_rights_away_are_refused() =>
        Assert.Throws<SnapshotFormatException>(() => Page.Decode(Page.Encode([Generators.File("workspace/a") with { Mode = 0x9ed }])));

    [Fact]
    public void A_part_that_is_a_link_is_refused() => Assert.Throws<SnapshotFormatException>(() => Page.Decode(Page.Encode(
        [new SnapshotEntry { Path = SnapshotPath.Parse("home"u8), Kind = EntryKind.Link, Mode = 0, Modified = 0, Target = "/etc"u8.ToArray() }])));

    [Fact]
    public void Places_that_do_not_add_up_to_the_size_are_refused() =>
        Assert.Throws<SnapshotFormatException>(() => Page.Decode(Page.Encode([Generators.File("workspace/a", "hello") with { Size = 6 }])));

    [Fact]
    public void A_page_that_unpacks_to_more_than_it_says_is_refused()
    {
        var page = Page.Encode([.. Enumerable.Range(0, 3000).Select(i => Generators.File($"workspace/{i:d5}"))]);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(8), 1000);
        Assert.Throws<SnapshotFormatException>(() => Page.Decode(page));

        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(8), int.MaxValue);
        Assert.Throws<SnapshotFormatException>(() => Page.Decode(page));
    }

    [Fact]
    public void An_entry_outside_every_folder_is_refused_when_the_tree_is_read()
    {
        var checker = new TreeChecker();
        checker.Check(Generators.Folder("workspace"));
        checker.Check(Generators.Folder("workspace/a"));
        checker.Check(Generators.File("workspace/a/b"));
        checker.Check(Generators.File("workspace/a-b"));

        Assert.Throws<SnapshotFormatException>(() => checker.Check(Generators.File("workspace/a-b/c")));
        Assert.Throws<SnapshotFormatException>(() => checker.Check(Generators.File("workspace/a-a")));
    }

    private static byte[] Payload(IReadOnlyList<SnapshotEntry> entries)
    {
        var writer = new ArrayBufferWriter<byte>();
        PageEncoding.Write(writer, entries);
        return writer.WrittenSpan.ToArray();
    }

    private static string Hex(string text) => Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(text));

    private static string Describe(SnapshotEntry entry) =>
        $"{entry.Path} {entry.Kind} {entry.Mode} {entry.Modified} {entry.Size} {entry.Hash} {Convert.ToHexString(entry.Target.Span)} "
        + string.Join(' ', entry.Chunks.SelectMany(chunk => chunk.Extents).Select(e => $"{e.Pack.Scope} {e.Pack.Hash} {e.Offset} {e.Stored} {e.Skip} {e.Length}"));
}

using CsCheck;
using Devex.Contracts.Snapshots;
using Devex.Snapshots.Packs;
using Xunit;

namespace Devex.Snapshots.Tests;

public sealed class PackTests
{
    [Fact]
    public void Every_content_comes_back_from_its_extents() => Content.Array[1, 12].Sample(contents => RoundTripAsync(contents, out _).GetAwaiter().GetResult(), iter: 40);

    [Fact]
    public async Task A_content_that_fits_into_a_group_is_in_one()
    {
        var (packs, extents) = await PackAsync([.. Enumerable.Range(0, 50).Select(i => Noise(20_000, i))]);

        Assert.All(extents, list => Assert.Single(list));
        Assert.All(packs, pack => Assert.InRange(pack.Bytes.Length, 25, SnapshotFormat.MaxPackBytes));
        foreach (var extent in extents.SelectMany(list => list))
            Assert.True(extent.Skip + extent.Length <= SnapshotFormat.GroupBytes);
    }

    [Fact]
    public async Task Packs_stay_below_their_limit_and_a_large_content_goes_over_several()
    {
        var content = Noise(40_000_000, 1);
        var (packs, extents) = await PackAsync([content]);

        Assert.Equal(3, packs.Count);
        Assert.Equal(3, extents[0].Count);
        Assert.All(packs, pack => Assert.InRange(pack.Bytes.Length, 1, SnapshotFormat.MaxPackBytes));
        await RoundTripAsync([content], out _);
    }

    [Fact]
    public async Task Noise_is_stored_as_it_is_and_what_is_half_text_shrinks()
    {
        byte[] half = [.. Noise(100_000, 1), .. new byte[100_000]];

        Assert.InRange((await PackAsync([Noise(200_000, 1)])).Packs[0].Bytes.Length, 200_000, 200_100);
        Assert.InRange((await PackAsync([half])).Packs[0].Bytes.Length, 100_000, 102_000);
        await RoundTripAsync([Noise(200_000, 1), half], out _);
    }

    [Fact]
    public async Task Memory_that_is_used_again_carries_nothing_over()
    {
        await RoundTripAsync([.. Enumerable.Range(0, 5).Select(i => Noise(15_000_000, i))], out var packs, new PackBuffers());

        Assert.Equal(5, packs);
    }

    [Fact]
    public async Task Equal_contents_make_packs_with_different_names()
    {
        var first = await PackAsync([[1, 2, 3]], fixedRandom: false);
        var second = await PackAsync([[1, 2, 3]], fixedRandom: false);

        Assert.NotEqual(first.Packs[0].Name, second.Packs[0].Name);
    }

    [Fact]
    public async Task The_bytes_of_format_1_do_not_change()
    {
        var (packs, _) = await PackAsync(["hello"u8.ToArray(), [0xff]]);

        Assert.Equal(
            "07070707070707070707070707070707" + "4458504b" + "01000000" + "06000000" + "06000000" + "68656c6c6fff",
            Convert.ToHexStringLower(packs[0].Bytes.Span));
    }

    [Theory]
    [InlineData(5, 262_145)]
    [InlineData(6, 5)]
    [InlineData(0, 5)]
    [InlineData(-1, 5)]
    [InlineData(5, 0)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public async Task A_group_with_impossible_lengths_is_refused_before_it_is_read(int stored, int content)
    {
        var pack = new byte[64];
        PackLayout.WriteHeader(pack, new byte[16]);
        PackLayout.WriteGroupHeader(pack.AsSpan(PackLayout.HeaderBytes), stored, content);

        await Assert.ThrowsAsync<SnapshotFormatException>(() => ReadAllAsync(pack));
    }

    [Fact]
    public async Task A_group_that_unpacks_to_more_than_it_says_is_refused()
    {
        using var compressor = new ZstdSharp.Compressor();
        var bomb = compressor.Wrap(new byte[200_000]).ToArray();
        var pack = new byte[PackLayout.HeaderBytes + 8 + bomb.Length];
        PackLayout.WriteHeader(pack, new byte[16]);
        PackLayout.WriteGroupHeader(pack.AsSpan(PackLayout.HeaderBytes), bomb.Length, 1000);
        bomb.CopyTo(pack, PackLayout.HeaderBytes + 8);

        await Assert.ThrowsAsync<SnapshotFormatException>(() => ReadAllAsync(pack));
    }

    [Fact]
    public async Task A_pack_that_is_cut_off_or_of_another_format_is_refused()
    {
        var (packs, _) = await PackAsync([Noise(1000, 3)]);
        var bytes = packs[0].Bytes.ToArray();

        await Assert.ThrowsAsync<SnapshotFormatException>(() => ReadAllAsync(bytes[..^1]));
        bytes[20] = 2;
        await Assert.ThrowsAsync<SnapshotFormatException>(() => ReadAllAsync(bytes));
    }

    [Fact]
    public async Task An_extent_that_begins_within_a_group_is_refused()
    {
        var (packs, extents) = await PackAsync([Noise(1000, 3)]);
        var wrong = new Extent { Pack = packs[0].Name, Offset = 25, Stored = extents[0][0].Stored, Skip = 0, Length = 10 };

        await Assert.ThrowsAsync<SnapshotFormatException>(() => ExtentReader.ReadAsync(
            new MemoryStream(packs[0].Bytes.ToArray()), 0, [new WantedExtent<int>(wrong, 0)], (_, _, _) => { }, CancellationToken.None));
    }

    private static readonly Gen<byte[]> Content = Gen.Select(Gen.Int[1, 700_000], Gen.Int, Gen.Bool, (length, seed, text) =>
        text ? [.. Enumerable.Range(0, length).Select(i => (byte)(i / 100))] : Noise(length, seed));

    private static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task<(List<SealedPack> Packs, List<IReadOnlyList<Extent>> Extents)> PackAsync(
        byte[][] contents, bool fixedRandom = true, PackBuffers? buffers = null)
    {
        var packs = new List<SealedPack>();
        using var writer = new PackWriter(SnapshotScope.User, Add, fixedRandom ? bytes => bytes.Fill(7) : null, buffers: buffers);
        var extents = new List<IReadOnlyList<Extent>>();
        foreach (var content in contents)
            extents.Add(await writer.AddAsync(content, CancellationToken.None));
        if (await writer.CompleteAsync(CancellationToken.None) is { } last)
            packs.Add(last);
        return (packs, extents);

        ValueTask Add(SealedPack pack, CancellationToken _)
        {
            packs.Add(buffers is null ? pack : pack with { Bytes = pack.Bytes.ToArray() });
            buffers?.Return(pack);
            return ValueTask.CompletedTask;
        }
    }

    private static Task RoundTripAsync(byte[][] contents, out int packCount, PackBuffers? buffers = null)
    {
        var (packs, extents) = PackAsync(contents, buffers: buffers).GetAwaiter().GetResult();
        packCount = packs.Count;
        for (var i = 0; i < contents.Length; i++)
        {
            var read = new List<byte>();
            foreach (var extent in extents[i])
            {
                var pack = packs.Single(pack => pack.Name.Equals(extent.Pack));
                Assert.Equal(Digest.Of(pack.Bytes.Span), pack.Name.Hash);
                var range = new MemoryStream(pack.Bytes.Slice(extent.Offset, extent.Stored).ToArray());
                ExtentReader.ReadAsync(range, extent.Offset, [new WantedExtent<int>(extent, 0)], (_, position, part) =>
                {
                    Assert.True(position >= 0);
                    read.AddRange(part.Span);
                }, CancellationToken.None).GetAwaiter().GetResult();
            }
            Assert.True(contents[i].AsSpan().SequenceEqual(read.ToArray()));
        }
        return Task.CompletedTask;
    }

    private static async Task ReadAllAsync(byte[] pack)
    {
        using var reader = new PackReader(new MemoryStream(pack), 0);
        while (await reader.NextAsync(CancellationToken.None) is not null)
        {
        }
    }
}

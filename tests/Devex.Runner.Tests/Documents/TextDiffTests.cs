using System.Diagnostics;
using CsCheck;
using Devex.Runner.Documents;
using Xunit;

namespace Devex.Runner.Tests.Documents;

public sealed class TextDiffTests
{
    [Fact]
    public void A_difference_turns_one_text_into_the_other() => Changes.Text.Select(Changes.Text).Sample(pair =>
        Assert.Equal(pair.Item2, Changes.Apply(pair.Item1, TextDiff.Between(pair.Item1, pair.Item2))), iter: 20_000);

    [Fact]
    public void Edits_in_several_lines_leave_what_is_between_them_alone()
    {
        var lines = Enumerable.Range(0, 500).Select(i => $"line {i}").ToArray();
        var from = string.Join('\n', lines);
        lines[10] = "line ten";
        lines[400] = "";
        var changes = TextDiff.Between(from, string.Join('\n', lines));
        Assert.Equal(string.Join('\n', lines), Changes.Apply(from, changes));
        var touched = 0;
        foreach (var section in changes.Sections) touched += section.Keeps ? 0 : section.Length;
        Assert.InRange(touched, 1, 12);
    }

    [Fact]
    public void Surrogate_pairs_are_never_split()
    {
        var changes = TextDiff.Between("x\U0001F600y", "x\U0001F601y");
        Assert.Equal("[1,[2,\"\U0001F601\"],1]", Changes.Json(changes).Replace("\\uD83D\\uDE01", "\U0001F601", StringComparison.Ordinal));
    }

    [Fact]
    public void Texts_that_differ_in_everything_take_bounded_time()
    {
        var random = new Random(1);
        string Noise() => string.Concat(Enumerable.Range(0, 100_000).Select(_ => random.Next(10) + "\n"));
        var (from, to) = (Noise(), Noise());
        var watch = Stopwatch.StartNew();
        Assert.Equal(to, Changes.Apply(from, TextDiff.Between(from, to)));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}

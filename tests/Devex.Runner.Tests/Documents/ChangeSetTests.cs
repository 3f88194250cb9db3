using CsCheck;
using Devex.Runner.Documents;
using Xunit;

namespace Devex.Runner.Tests.Documents;

public sealed class ChangeSetTests
{
    [Fact]
    public void Two_changes_of_one_text_meet_in_the_same_text_in_either_order() => Changes.TwoOfOneText.Sample(pair =>
    {
        var (text, a, b) = pair;
        var aThenB = Changes.Apply(Changes.Apply(text, a), b.Map(a, before: true));
        var bThenA = Changes.Apply(Changes.Apply(text, b), a.Map(b));
        Assert.Equal(aThenB, bThenA);
    }, iter: 20_000);

    [Fact]
    public void Json_keeps_every_change() => Changes.TwoOfOneText.Sample(pair =>
    {
        var again = ChangeSetJson.Parse(ChangeSetJson.ToUtf8(pair.A));
        Assert.Equal(pair.A.Sections.ToArray(), again.Sections.ToArray());
        Assert.Equal((pair.A.Length, pair.A.NewLength), (again.Length, again.NewLength));
    });

    [Fact]
    public void Pieces_of_a_text_are_replaced_as_in_a_string() =>
        Gen.Int[0, 20_000].Select(Gen.Int[0, 20_000], Gen.Int[0, 9_000], Gen.Int[0, 9_000]).Array[1, 8].Sample(steps =>
        {
            var text = DocumentText.Empty;
            var expected = "";
            foreach (var (at, _, remove, insert) in steps)
            {
                var from = Math.Min(at, expected.Length);
                var removed = Math.Min(remove, expected.Length - from);
                var inserted = new string((char)('a' + insert % 26), insert);
                text = text.Apply(ChangeSet.Replace(expected.Length, from, removed, inserted));
                expected = expected.Remove(from, removed).Insert(from, inserted);
                Assert.Equal(expected.Length, text.Length);
            }

            Assert.Equal(expected, text.ToString());
        }, iter: 500);

    [Fact]
    public void What_a_text_counts_of_itself_is_what_its_file_takes() =>
        Gen.Int[0, 9_000].Select(Gen.Int[0, 5_000], Gen.Int[0, 5_000], Gen.Char["a\né字\ud83d\ude00"].Array[0, 9]).Array[1, 8].Sample(steps =>
        {
            // Of many letters, so that pieces are cut anywhere, within a pair too.
            var text = DocumentText.From(string.Concat(Enumerable.Repeat("a😀\n字", 2_000)));
            foreach (var (at, remove, repeat, letters) in steps)
            {
                var from = Math.Min(at, text.Length);
                text = text.Apply(ChangeSet.Replace(text.Length, from, Math.Min(remove, text.Length - from), string.Concat(Enumerable.Repeat(new string(letters), repeat / 10))));
                Assert.Equal(text.ToString().Length, text.Length);
                foreach (var form in (TextForm[])[default, new TextForm(CarriageReturns: true, Mark: true)])
                    Assert.Equal(TextFile.Encode(text, form).Bytes.Length, TextFile.Size(text, form));
            }
        }, iter: 300);

    [Fact]
    public void A_keystroke_in_a_megabyte_copies_little_of_it()
    {
        var text = DocumentText.From(new string('x', 1_000_000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) text = text.Apply(ChangeSet.Replace(text.Length, 500_000 + i, 0, "y"));
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        Assert.InRange(each, 1, 40_000);
    }

    [Theory]
    [InlineData("[3,[1],2]", 6, 5)]
    [InlineData("[[0,\"a\",\"b\"]]", 0, 3)]
    [InlineData("[[2,\"\",\"\"],1]", 3, 2)]
    [InlineData("[]", 0, 0)]
    public void Json_of_CodeMirror_is_read(string json, int length, int newLength)
    {
        var changes = Changes.Parse(json);
        Assert.Equal((length, newLength), (changes.Length, changes.NewLength));
        Assert.Equal(json, Changes.Json(changes));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("3")]
    [InlineData("[-1]")]
    [InlineData("[1.5]")]
    [InlineData("[1e3]")]
    [InlineData("[0]")]
    [InlineData("[[0]]")]
    [InlineData("[[0,\"\"]]")]
    [InlineData("[[]]")]
    [InlineData("[[\"a\"]]")]
    [InlineData("[[1,2]]")]
    [InlineData("[[1,null]]")]
    [InlineData("[[1,[\"a\"]]]")]
    [InlineData("[\"a\"]")]
    [InlineData("[true]")]
    [InlineData("[2147483648]")]
    [InlineData("[2147483647,1]")]
    [InlineData("[[1,\"a\\nb\"]]")]
    [InlineData("[[1,\"a\\rb\"]]")]
    [InlineData("[1")]
    [InlineData("[1] 2")]
    public void Json_that_is_no_change_set_is_refused_with_a_reason(string json) =>
        Assert.NotEmpty(Assert.Throws<ChangeException>(() => Changes.Parse(json)).Message);

    [Theory]
    [InlineData("\\ud800", "\uFFFD")]
    [InlineData("a\\udc00\\ud800b", "a\uFFFD\uFFFDb")]
    [InlineData("\\ud83d\\ude00\\ud83d", "\U0001F600\uFFFD")]
    [InlineData("\\t\\u0041\\\\\\\"\\ud800", "\tA\\\"\uFFFD")]
    public void A_lone_surrogate_becomes_a_replacement_character_of_the_same_length(string escaped, string expected) =>
        Assert.Equal(expected, Changes.Parse($"[[0,\"{escaped}\"]]").Sections[0].Text);

    [Fact]
    public void Many_insertions_at_one_place_are_mapped_in_linear_time()
    {
        var hostile = Changes.Parse("[" + string.Join(',', Enumerable.Repeat("[0,\"a\"]", 200_000)) + "]");
        var mapped = hostile.Map(Changes.Parse("[[0,\"b\"]]"));
        Assert.Equal(200_001, mapped.NewLength);
    }

    [Fact]
    public void A_change_of_another_length_is_refused()
    {
        Assert.Throws<ChangeException>(() => ChangeSet.Keep(3).Map(ChangeSet.Keep(4)));
        Assert.Throws<ChangeException>(() => DocumentText.From("abc").Apply(ChangeSet.Keep(2)));
    }
}

using System.Globalization;
using CsCheck;
using Devex.Contracts;
using Devex.Core.Repls;
using Xunit;

namespace Devex.Core.Tests.Repls;

public sealed class ReplNameTests
{
    [Theory]
    [InlineData("node")]
    [InlineData("My REPL 2.0_b-c")]
    [InlineData("Übung")]
    [InlineData("日本語")]
    [InlineData("0")]
    public void Letters_digits_spaces_and_three_signs_make_a_name(string text)
    {
        Assert.True(ReplName.TryParse($"  {text} ", out var name, out _));
        Assert.Equal(text, name.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("...")]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    [InlineData("a\u0000b")]
    [InlineData("a\u202Eb")]
    [InlineData("a\u200Bb")]
    [InlineData("a  b")]
    [InlineData("<b>x</b>")]
    [InlineData("a\tb")]
    [InlineData("🙂")]
    public void Anything_else_is_refused_in_words(string? text)
    {
        Assert.False(ReplName.TryParse(text, out _, out var problem));
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Sixty_four_characters_are_a_name_and_sixty_five_are_not()
    {
        Assert.True(ReplName.TryParse(new string('a', 64), out _, out _));
        Assert.False(ReplName.TryParse(new string('a', 65), out _, out var problem));
        Assert.Contains("65", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lone_surrogate_is_refused() => Assert.False(ReplName.TryParse("a\uD800", out _, out _));

    [Fact]
    public void Whatever_is_parsed_is_bounded_and_parses_to_itself() => Gen.String.Sample(
        text =>
        {
            if (!ReplName.TryParse(text, out var name, out _))
                return;
            Assert.InRange(name.Value.Length, 1, ReplName.MaxLength);
            Assert.DoesNotContain(name.Value, c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format || c is '/' or '\\' or '<');
            Assert.True(ReplName.TryParse(name.Value, out var again, out _));
            Assert.Equal(name.Value, again.Value);
            Assert.True(ReplName.TryParse(ReplName.Numbered(name.Value, 1000).Value, out _, out _));
        },
        iter: 20_000);

    [Fact]
    public void Keys_and_host_names_are_made_of_ids_alone_and_stay_valid_labels() =>
        Gen.Select(Gen.Long[1, long.MaxValue], Gen.Int[1, 65535]).Sample((number, port) =>
        {
            var (user, repl) = (UserId.GitHub(number), ReplId.New());
            Assert.Matches("^[a-z0-9-]{1,63}$", user.ToString());
            Assert.Matches("^[a-z0-9-]{1,63}$", $"repl-{repl}");
            Assert.Matches("^[a-z0-9-]{1,63}$", $"{port}-{repl}");
            Assert.Equal($"users/{user}/repls/{repl}/repl.json", ReplRecords.Key(user, repl));
        });
}

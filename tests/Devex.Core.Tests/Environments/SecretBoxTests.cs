using System.Security.Cryptography;
using Devex.Core.Environments;
using Devex.Core.Keys;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Devex.Core.Tests.Environments;

public sealed class SecretBoxTests
{
    [Theory]
    [InlineData("")]
    [InlineData("s3cr3t")]
    [InlineData("päss wörd 🔑\n")]
    public void What_was_sealed_opens_for_the_same_place_alone(string value)
    {
        var box = new SecretBox(Keys('k'));
        var sealedValue = box.Seal("repl/a/KEY", value);
        Assert.Equal(value, box.Open("repl/a/KEY", sealedValue));
        Assert.Null(box.Open("repl/b/KEY", sealedValue));
        Assert.Null(box.Open("repl/a/OTHER", sealedValue));
        Assert.Null(new SecretBox(Keys('x')).Open("repl/a/KEY", sealedValue));
        Assert.NotEqual(sealedValue, box.Seal("repl/a/KEY", value));
        if (value.Length > 0)
            Assert.DoesNotContain(value, sealedValue, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.")]
    [InlineData("1.!!!")]
    [InlineData("1.AAAA")]
    [InlineData("2.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_box_does_not_open(string box) => Assert.Null(new SecretBox(Keys('k')).Open("repl/a/KEY", box));

    [Fact]
    public void A_box_that_was_changed_by_a_bit_does_not_open()
    {
        var box = new SecretBox(Keys('k'));
        var whole = box.Seal("repl/a/KEY", "value").ToCharArray();
        whole[^3] = whole[^3] == 'A' ? 'B' : 'A';
        Assert.Null(box.Open("repl/a/KEY", new string(whole)));
    }

    [Fact]
    public void What_earlier_versions_sealed_opens()
    {
        Assert.Equal("kept", new SecretBox(Keys('k')).Open("repl/a/KEY", "1.AAECAwQFBgcICQoLvnUPwCJqbG40dT5frp5FHU8_5iE"));
    }

    [Fact]
    public void The_mark_of_variables_is_made_under_a_key_of_its_own()
    {
        using var keys = Keys('k');
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["A"] = "1", ["B"] = "" };
        byte[] text = [.. "A=1\0B=\0"u8];
        Assert.NotEqual(keys.Secrets, keys.Marks);
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(keys.Marks, text)), SessionEnvironment.Mark(keys, values));
        Assert.NotEqual(Convert.ToHexStringLower(HMACSHA256.HashData(keys.Secrets, text)), SessionEnvironment.Mark(keys, values));
    }

    private static CoreKeys Keys(char secrets) => new(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Keys:Ticket"] = new('k', 40),
        ["Keys:Web"] = new('k', 40),
        ["Keys:Gateway"] = new('k', 40),
        ["Keys:Secrets"] = new(secrets, 40),
    }).Build());
}

using System.Text.Json;
using CsCheck;
using Devex.Contracts.Api;
using Xunit;

namespace Devex.Contracts.Tests;

public sealed class ReplIdTests
{
    [Fact]
    public void Every_new_id_is_a_dns_label_that_leaves_room_for_a_port()
    {
        for (var i = 0; i < 1000; i++)
        {
            var text = ReplId.New().ToString();
            Assert.Matches("^[0-9a-hjkmnp-tv-z]{12}$", text);
            Assert.True($"65535-{text}".Length <= 63);
            Assert.True($"repl-{text}".Length <= 63);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("abcdefghjkm")]
    [InlineData("abcdefghjkmnp")]
    [InlineData("ABCDEFGHJKMN")]
    [InlineData("abcdefghjkmi")]
    [InlineData("abcdefghjkml")]
    [InlineData("abcdefghjkmo")]
    [InlineData("abcdefghjkmu")]
    [InlineData("../../../etc")]
    [InlineData("abcdefghjkm\n")]
    public void What_is_no_id_is_refused(string text) => Assert.False(ReplId.TryParse(text, out _));

    [Fact]
    public void Text_is_an_id_exactly_when_it_reads_back_as_itself() =>
        Gen.String[Gen.Char[" -/09:ahijklmnotuvz{\u00e9"], 11, 13].Sample(text =>
            Assert.Equal(ReplId.TryParse(text, out var id) ? text : null, id == default ? null : id.ToString()));

    [Fact]
    public void Ids_travel_as_strings()
    {
        var repl = ReplId.Parse("abcdefghjkmn");
        Assert.Equal("\"abcdefghjkmn\"", JsonSerializer.Serialize(repl));
        Assert.Equal(repl, JsonSerializer.Deserialize<ReplId>("\"abcdefghjkmn\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ReplId>("\"../x\""));
    }

    [Fact]
    public void States_and_events_are_named_as_the_workbench_expects()
    {
        DevexEvent removed = new ReplRemoved(ReplId.Parse("abcdefghjkmn"));
        Assert.Equal("""{"type":"removed","id":"abcdefghjkmn"}""", JsonSerializer.Serialize(removed, ApiJson.Default.DevexEvent));
        Assert.Equal("\"running\"", JsonSerializer.Serialize(ReplState.Running, ApiJson.Default.ReplState));
        Assert.Equal("\"editor\"", JsonSerializer.Serialize(Role.Editor, ApiJson.Default.Role));
    }
}

using System.Text.Json;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;
using Xunit;

namespace Devex.Runner.Tests.Sessions;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"path":null,"content":""}""")]
    [InlineData("""{"path":"a"}""")]
    [InlineData("""{"path":"a","content":7}""")]
    [InlineData("""{"path":"a","content":"","encoding":"utf16"}""")]
    public void A_record_without_what_it_needs_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(json, StrictJson.For(ProtocolJson.Default.WriteFile)));

    [Theory]
    [InlineData("""{"path":"a","content":"b"}""")]
    [InlineData("""{"path":"a","content":"b","expectedVersion":null,"newerMember":[1]}""")]
    public void Optional_members_may_be_absent_or_null_and_unknown_ones_are_ignored(string json) =>
        Assert.Equal(new WriteFile("a", "b"), JsonSerializer.Deserialize(json, StrictJson.For(ProtocolJson.Default.WriteFile)));

    [Fact]
    public void A_nullable_member_without_default_may_be_absent()
    {
        var presence = JsonSerializer.Deserialize("""{"document":"d","version":3}""", StrictJson.For(ProtocolJson.Default.DocumentPresence));
        Assert.Null(presence!.Selections);
    }

    [Fact]
    public void A_nested_record_is_read_as_strictly() =>
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(
            """{"document":"d","version":1,"updates":[{"client":"c","n":1}]}""", StrictJson.For(ProtocolJson.Default.PushUpdates)));
}

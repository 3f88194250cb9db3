using System.Text;
using System.Text.Json;
using Devex.Runner.Sessions;
using Xunit;

namespace Devex.Runner.Tests.Sessions;

public sealed class RequestFrameTests
{
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"files.list","params":{"path":"a"}}""", "7", "files.list", """{"path":"a"}""")]
    [InlineData("""{"params":{"b":[1,{}]},"method":"m","id":"x","jsonrpc":"2.0"}""", "\"x\"", "m", """{"b":[1,{}]}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"m","extra":[[]]}""", null, "m", "")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"m","params":null}""", null, "m", "")]
    public void A_request_is_taken_apart(string frame, string? id, string method, string parameters)
    {
        var bytes = Encoding.UTF8.GetBytes(frame);
        var request = RequestFrame.Parse(bytes);
        Assert.Equal(id, request.Id is null ? null : Encoding.UTF8.GetString(request.Id));
        Assert.Equal(method, request.Method);
        Assert.Equal(parameters, Encoding.UTF8.GetString(bytes, request.ParamsStart, request.ParamsLength));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("nonsense")]
    [InlineData("""{"jsonrpc":"2.0","method":"m","params":{"a":}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"m"} x""")]
    public void What_is_no_JSON_is_refused_as_such(string frame) =>
        Assert.ThrowsAny<JsonException>(() => RequestFrame.Parse(Encoding.UTF8.GetBytes(frame)));

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"m"}]""")]
    [InlineData("""{"id":1,"method":"m"}""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"m"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":7}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"m"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"m","params":[1]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"\ud800"}""")]
    public void JSON_that_is_no_request_is_refused_as_such(string frame) =>
        Assert.Throws<FormatException>(() => RequestFrame.Parse(Encoding.UTF8.GetBytes(frame)));

    [Theory]
    [InlineData(31, true)]
    [InlineData(32, false)]
    public void Nesting_is_taken_to_a_depth_of_32(int arrays, bool taken)
    {
        var frame = Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","method":"m","x":{{new string('[', arrays)}}{{new string(']', arrays)}}}""");
        if (taken)
            Assert.Equal("m", RequestFrame.Parse(frame).Method);
        else
            Assert.ThrowsAny<JsonException>(() => RequestFrame.Parse(frame));
    }
}

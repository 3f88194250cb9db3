using CsCheck;
using Devex.Runner.Ports;
using Devex.Runner.Sessions;
using Xunit;

namespace Devex.Runner.Tests.Ports;

public sealed class PortNumberTests
{
    [Theory]
    [InlineData("80@evil")]
    [InlineData("8080.evil.tld")]
    [InlineData("%2f")]
    [InlineData("80%2f")]
    [InlineData("0x50")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("99999")]
    [InlineData("100000")]
    [InlineData("")]
    [InlineData("080")]
    [InlineData("+80")]
    [InlineData(" 80")]
    [InlineData("80 ")]
    [InlineData("80/")]
    [InlineData("٨٠")]
    [InlineData("８０")]
    [InlineData("8e1")]
    public void Anything_but_a_port_is_refused(string text) =>
        Assert.Equal(400, Assert.Throws<SessionException>(() => PortNumber.Parse(text)).Code);

    [Fact]
    public void Every_port_is_taken() => Gen.Int[1, 65535].Sample(port => PortNumber.Parse(port.ToString(null, null)) == port);
}

using Devex.Gateway.Tests.Fixtures;
using Xunit;

namespace Devex.Gateway.Tests;

[Trait("Tier", "integration")]
public sealed class UnknownHostTests(Stack stack)
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("evil.example")]
    [InlineData("repl.localhost")]
    [InlineData("preview.localhost")]
    [InlineData("core")]
    [InlineData("{id}.repl.localhost.evil.example")]
    [InlineData("x.{id}.repl.localhost")]
    [InlineData("{id}x.repl.localhost")]
    [InlineData("{id}.preview.localhost")]
    [InlineData("80@{id}.preview.localhost")]
    [InlineData("80@evil-{id}.preview.localhost")]
    [InlineData("8080.evil.tld-{id}.preview.localhost")]
    [InlineData("%2f-{id}.preview.localhost")]
    [InlineData("0x50-{id}.preview.localhost")]
    [InlineData("-1-{id}.preview.localhost")]
    [InlineData("0-{id}.preview.localhost")]
    [InlineData("03000-{id}.preview.localhost")]
    [InlineData("65536-{id}.preview.localhost")]
    [InlineData("-{id}.preview.localhost")]
    [InlineData("٣٠٠٠-{id}.preview.localhost")]
    public async Task A_name_that_is_not_ours_reaches_nothing(string host)
    {
        var (client, ada, _) = await stack.StartAsync();
        var answer = await client.SendRawAsync($"GET / HTTP/1.1\r\nHost: {host.Replace("{id}", ada.Id.ToString(), StringComparison.Ordinal)}\r\nConnection: close\r\n\r\n");
        // 400 is Kestrel's for what is no host name at all.
        Assert.Matches("^HTTP/1.1 (421|400) ", answer);
        Assert.DoesNotContain("local-ada", answer, StringComparison.Ordinal);
    }
}

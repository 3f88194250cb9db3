using Xunit;

namespace Devex.EmbeddedRedis.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Arguments_and_the_environments_password_make_options()
    {
        var options = EmbeddedRedisOptions.Parse(["--port", "6380", "--data", "/tmp/x"], name => name == "REDIS_PASSWORD" ? "secret" : null);
        Assert.Equal(new EmbeddedRedisOptions(6380, "secret", "/tmp/x"), options);
        Assert.Equal("other", EmbeddedRedisOptions.Parse(["--port", "1", "--data", "d", "--password", "other"], _ => "secret").Password);
    }

    [Theory]
    [InlineData("--port is ''", "--data", "d")]
    [InlineData("--port is '0'", "--data", "d", "--port", "0")]
    [InlineData("--port is '65536'", "--data", "d", "--port", "65536")]
    [InlineData("--port is '+80'", "--data", "d", "--port", "+80")]
    [InlineData("--data names no folder", "--port", "1")]
    [InlineData("--data has no value", "--port", "1", "--data")]
    [InlineData("--bind is no option", "--port", "1", "--data", "d", "--bind", "0.0.0.0")]
    public void What_is_wrong_is_said(string words, params string[] args) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => EmbeddedRedisOptions.Parse(args, _ => "secret")).Message, StringComparison.Ordinal);

    [Fact]
    public void There_is_no_server_without_a_password() => Assert.Contains(
        "REDIS_PASSWORD", Assert.Throws<FormatException>(() => EmbeddedRedisOptions.Parse(["--port", "1", "--data", "d"], _ => "")).Message, StringComparison.Ordinal);
}

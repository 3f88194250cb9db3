using Devex.Core.Sessions;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>Cores of several versions wake each other while they are exchanged.</summary>
public sealed class SessionSignalTests
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Theory]
    [InlineData("local-ada/abcdefghjkmn", null)]
    [InlineData("local-ada/abcdefghjkmn/" + Trace, Trace)]
    [InlineData("local-ada/abcdefghjkmn/" + Trace + "/what/comes/later", Trace)]
    [InlineData("local-ada/abcdefghjkmn//later", null)]
    [InlineData("local-ada/abcdefghjkmn/no trace", null)]
    public void Messages_of_older_and_newer_Cores_wake_the_repl(string message, string? trace)
    {
        var signal = RedisSessionSignals.Parse(message);
        Assert.Equal(("local-ada", "abcdefghjkmn", trace), (signal?.Owner.ToString(), signal?.Id.ToString(), signal?.Trace));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("local-ada")]
    [InlineData("local-ada/x")]
    [InlineData("../abcdefghjkmn")]
    [InlineData("{\"owner\":\"local-ada\"}")]
    public void What_cannot_be_read_wakes_nobody(string message) => Assert.Null(RedisSessionSignals.Parse(message));
}

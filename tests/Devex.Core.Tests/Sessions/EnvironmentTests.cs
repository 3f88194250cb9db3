using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>The environment, as the records say, is what a running session's programs get.</summary>
public sealed class EnvironmentTests
{
    private readonly SessionWorld _world = new();

    [Fact]
    public async Task A_session_begins_with_it_and_hears_of_each_change_once()
    {
        _world.Variables.Values["API_KEY"] = "one";
        await _world.StartAsync();
        Assert.Equal("one", _world.Machine.Environment["API_KEY"]);
        var told = (await _world.RecordAsync()).ToldEnvironment;

        _world.Machine.Environment = new Dictionary<string, string>();
        await _world.RunAsync();
        Assert.Empty(_world.Machine.Environment);

        _world.Variables.Values["API_KEY"] = "two";
        await _world.RunAsync();
        Assert.Equal("two", _world.Machine.Environment["API_KEY"]);
        Assert.NotEqual(told, (await _world.RecordAsync()).ToldEnvironment);
    }

    [Fact]
    public async Task What_serve_did_not_hear_it_is_told_when_it_answers_again()
    {
        await _world.StartAsync();
        _world.Machine.Silent = true;
        _world.Variables.Values["API_KEY"] = "one";
        var wait = await _world.RunAsync();
        Assert.Empty(_world.Machine.Environment);
        _world.Machine.Silent = false;
        _world.Time.Advance(wait!.Value);
        await _world.RunAsync();
        Assert.Equal("one", _world.Machine.Environment["API_KEY"]);
    }
}

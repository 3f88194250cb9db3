using Devex.Contracts;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>Who has access, as the record says, is what a running session knows.</summary>
public sealed class RoleTests
{
    private readonly SessionWorld _world = new();

    [Fact]
    public async Task Changes_reach_serve_once_each_and_who_is_gone_is_shown_out()
    {
        _world.Repls.Share(_world.Repl.Id, ("local-grace", Role.Viewer));
        await _world.StartAsync();
        _world.Runtime.Done.Clear();

        _world.Repls.Share(_world.Repl.Id, ("local-grace", Role.Editor), ("local-linus", Role.Viewer));
        await _world.RunAsync();
        await _world.RunAsync();
        Assert.Equal(["local-grace is Editor", "local-linus is Viewer"], _world.Runtime.Done.Order());
        _world.Runtime.Done.Clear();

        _world.Repls.Share(_world.Repl.Id, ("local-linus", Role.Viewer));
        await _world.RunAsync();
        await _world.RunAsync();
        Assert.Equal(["local-grace is shown out"], _world.Runtime.Done);
    }

    [Fact]
    public async Task What_serve_did_not_hear_it_is_told_when_it_answers_again()
    {
        await _world.StartAsync();
        _world.Runtime.Done.Clear();
        _world.Machine.Silent = true;
        _world.Repls.Share(_world.Repl.Id, ("local-grace", Role.Viewer));
        var wait = await _world.RunAsync();
        Assert.Empty(_world.Runtime.Done);

        _world.Machine.Silent = false;
        _world.Time.Advance(wait!.Value);
        await _world.RunAsync();
        Assert.Equal(["local-grace is Viewer"], _world.Runtime.Done);
    }

    [Fact]
    public async Task A_session_that_Redis_forgot_is_told_everything_anew()
    {
        await _world.StartAsync();
        _world.Repls.Share(_world.Repl.Id, ("local-grace", Role.Viewer));
        await _world.Store.DeleteAsync(_world.Repl.Id, TestContext.Current.CancellationToken);
        _world.Runtime.Done.Clear();
        await _world.RunAsync();
        Assert.Contains("local-grace is Viewer", _world.Runtime.Done);
    }
}

using Devex.Contracts.Api;
using Devex.Core.Repls;
using Devex.Core.Sessions.Store;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>A session whose node does not answer: it is told, nothing is given up, and its owner may go on without it.</summary>
public sealed class SilenceTests
{
    private readonly SessionWorld _world = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_out_of_reach_until_its_node_answers_again_and_then_runs_on()
    {
        await _world.StartAsync();
        var before = await _world.RecordAsync();
        _world.Runtime.SilentSince = _world.Time.GetUtcNow();
        Assert.NotNull(await _world.RunAsync());
        await _world.AssertStateAsync(ReplState.Unreachable);
        Assert.Contains("has not answered since", (await _world.RecordAsync()).Problem, StringComparison.Ordinal);

        _world.Runtime.SilentSince = null;
        await _world.RunAsync();
        await _world.AssertStateAsync(ReplState.Running);
        var after = await _world.RecordAsync();
        Assert.Equal((before.Session, before.Instance, null), (after.Session, after.Instance, after.Problem));
    }

    [Fact]
    public async Task A_stop_meanwhile_gives_nothing_up()
    {
        await _world.StartAsync();
        _world.Runtime.SilentSince = _world.Time.GetUtcNow();
        _world.Repls.Want(_world.Repl.Id, DesiredState.Stopped);
        Assert.NotNull(await _world.RunAsync());
        await _world.AssertStateAsync(ReplState.Unreachable);
        Assert.DoesNotContain("remove", _world.Runtime.Done);

        _world.Runtime.SilentSince = null;
        Assert.Null(await _world.RunAsync());
        await _world.AssertStateAsync(ReplState.Stopped);
        Assert.Contains("save", _world.Runtime.Done);
    }

    [Fact]
    public async Task Its_owner_may_go_on_from_the_last_commit_in_a_session_of_its_own()
    {
        await _world.StartAsync();
        var left = (await _world.RecordAsync()).Session;
        _world.Runtime.SilentSince = _world.Time.GetUtcNow();
        await _world.RunAsync();
        await _world.Store.UpdateAsync(_world.Repl.Id, record => record! with { LeaveBehind = true }, Cancelled);
        // Another node takes the next one.
        _world.Runtime.LeftBehind = () => _world.Runtime.SilentSince = null;
        await _world.RunAsync();
        await _world.AssertStateAsync(ReplState.Running);
        Assert.NotEqual(left, (await _world.RecordAsync()).Session);
        Assert.Contains("leave behind", _world.Runtime.Done);
        Assert.DoesNotContain("remove", _world.Runtime.Done);
    }

    [Fact]
    public async Task Going_on_without_it_is_brought_to_its_end_when_it_was_broken_off()
    {
        await _world.StartAsync();
        var left = (await _world.RecordAsync()).Session;
        _world.Runtime.SilentSince = _world.Time.GetUtcNow();
        await _world.RunAsync();
        await _world.Store.UpdateAsync(_world.Repl.Id, record => record! with { LeaveBehind = true }, Cancelled);
        // What was let go already is nobody's any more, and silent to nobody.
        _world.Runtime.LeftBehind = () =>
        {
            _world.Runtime.SilentSince = null;
            _world.Runtime.LeftBehind = () => { };
            throw new InvalidOperationException("The cluster does not answer.");
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => _world.RunAsync());
        Assert.DoesNotContain("leave behind", _world.Runtime.Done);
        await _world.RunAsync();
        await _world.AssertStateAsync(ReplState.Running);
        Assert.NotEqual(left, (await _world.RecordAsync()).Session);
        Assert.Single(_world.Runtime.Done, "leave behind");
        Assert.DoesNotContain("remove", _world.Runtime.Done);
    }
}

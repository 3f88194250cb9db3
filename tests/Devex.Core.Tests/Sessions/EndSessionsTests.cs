using Devex.Contracts.Api;
using Devex.Core.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>What Core does before it ends with all its stack; by the real program, in SignalTests.</summary>
public sealed class EndSessionsTests
{
    private readonly SessionWorld _world = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_goes_wrong_on_the_way_leaves_a_session_unsaved()
    {
        await _world.StartAsync();
        _world.Edit();
        _world.Runtime.ListFails = 3;
        using var reconciler = _world.NewReconciler();
        await reconciler.StartAsync(Cancelled);
        using var end = new EndSessionsOnInterrupt(
            _world.Runtime, _world.Repls, _world.Store, reconciler, Options.Create(new HostOptions()), TimeProvider.System, NullLogger<EndSessionsOnInterrupt>.Instance);
        await end.EndAllAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        await reconciler.StopAsync(Cancelled);
        Assert.Contains("save", _world.Runtime.Done);
        Assert.Empty(_world.Runtime.Machines);
        await _world.AssertStateAsync(ReplState.Stopped);
    }
}

using Devex.Core.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Devex.Core.Tests.Storage;

public sealed class StorageHealthTests
{
    [Fact]
    public async Task A_store_that_was_never_there_keeps_Core_from_its_place_and_one_that_goes_away_does_not()
    {
        var store = new Store { Failure = new IOException("Refused.") };
        Assert.Equal((HealthStatus.Unhealthy, "Refused."), await CheckAsync(store));
        store.Failure = null;
        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(store));
        store.Failure = new IOException("Refused again.");
        Assert.Equal((HealthStatus.Degraded, "Refused again."), await CheckAsync(store));
        store.Failure = null;
        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(store));
    }

    [Fact]
    public async Task Whoever_stops_asking_learns_nothing()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Store().CheckHealthAsync(new HealthCheckContext(), gone.Token));
    }

    private static async Task<(HealthStatus, string?)> CheckAsync(StorageHealth store)
    {
        var result = await store.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        return (result.Status, result.Description);
    }

    private sealed class Store : StorageHealth
    {
        public Exception? Failure { get; set; }

        protected override Task AskAsync(CancellationToken cancellationToken) =>
            cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Failure is { } failure ? Task.FromException(failure) : Task.CompletedTask;
    }
}

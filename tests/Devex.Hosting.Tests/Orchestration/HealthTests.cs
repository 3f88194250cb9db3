using Aspire.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Devex.Hosting.Tests.Orchestration;

[Trait("Tier", "integration")]
public sealed class HealthTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registered_check_decides_when_a_resource_is_healthy_and_who_waits_for_it_starts()
    {
        using var sample = new Sample();
        var ready = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        sample.Builder.Services.AddHealthChecks().AddCheck("license", () =>
        {
            asked.TrySetResult();
            return ready.Task.IsCompleted ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("no licence yet");
        }).AddCheck("unrelated", () => HealthCheckResult.Unhealthy());
        var core = sample.AddScript("core", "exec sleep 600").WithHealthCheck("license");
        sample.AddScript("web", "echo up; exec sleep 600").WaitFor(core);
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);

        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        await app.ResourceNotifications.WaitForResourceAsync("core", state => state.Snapshot.HealthStatus == HealthStatus.Unhealthy, Cancellation);
        Assert.DoesNotContain("web> up", sample.Console.Text);
        ready.SetResult();
        await sample.Console.WaitForAsync("web> up");
        Assert.Contains("core: is healthy", sample.Console.Text);
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_check_that_throws_or_is_degraded_says_so_and_holds_its_resource_back()
    {
        using var sample = new Sample();
        var answers = new Queue<Func<HealthCheckResult>>([() => HealthCheckResult.Healthy(), () => throw new InvalidOperationException("the dog ate it")]);
        sample.Builder.Services.AddHealthChecks().AddCheck("homework", () => answers.Count > 1 ? answers.Dequeue()() : answers.Peek()());
        // A process that starts again is asked at once, not after the pause between two checks of what runs well.
        sample.AddScript("core", "test -e again && exec sleep 600; touch again; read -r line < go; exit 7").WithHealthCheck("homework");
        await using var app = sample.Builder.Build();
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", Path.Combine(sample.Folder, "go")))
        {
            await pipe.WaitForExitAsync(Cancellation);
        }

        await app.StartAsync(Cancellation);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("core", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(sample.Folder, "go"), "\n", Cancellation);
        await app.ResourceNotifications.WaitForResourceAsync(
            "core", state => state.Snapshot is { State: "Running", HealthStatus: HealthStatus.Unhealthy }, Cancellation);
        Assert.Contains("ended with exit code 7", sample.Console.Text);
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_check_that_nobody_registered_ends_the_start_in_words()
    {
        using var sample = new Sample();
        sample.AddScript("core", "exec sleep 600").WithHealthCheck("license");
        await using var app = sample.Builder.Build();
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync(Cancellation));
        Assert.Contains("'core' has the health check 'license', which is not registered", refusal.Message);
    }
}

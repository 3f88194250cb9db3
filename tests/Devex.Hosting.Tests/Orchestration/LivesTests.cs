using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Console;
using Devex.Hosting.Parameters;
using Devex.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Devex.Hosting.Tests.Orchestration;

/// <summary>Starting, ending and starting again on demand, and running a part.</summary>
[Trait("Tier", "integration")]
public sealed class LivesTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_resource_is_stopped_started_and_restarted_while_others_run_on()
    {
        using var sample = new Sample();
        sample.AddScript("core", "trap 'echo bye; exit 0' TERM; echo up $$; while :; do sleep 0.05; done");
        sample.AddScript("other", "echo up $$; exec sleep 600");
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);
        await sample.Console.WaitForAsync("core> up");
        await sample.Console.WaitForAsync("other> up");

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("core", "stop", Cancellation)).Success);
        Assert.True(app.ResourceNotifications.TryGetCurrentState("core", out var stopped));
        Assert.Equal(KnownResourceStates.Exited, stopped.Snapshot.State);
        Assert.Contains("core> bye", sample.Console.Text);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("core", "start", Cancellation)).Success);
        await sample.Console.WaitForAsync("core> up", times: 2);
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("core", "restart", Cancellation)).Success);
        await sample.Console.WaitForAsync("core> up", times: 3);
        await sample.Console.WaitForAsync("core> bye", times: 2);
        Assert.Single(sample.Console.Text.Split('\n'), line => line.StartsWith("other> up", StringComparison.Ordinal));
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_program_is_asked_once_to_end_however_many_ask()
    {
        using var sample = new Sample();
        // To Core, as to many a program, a second signal means to give up what the first one began.
        sample.AddScript("core", "trap 'echo asked' INT TERM; echo up; until [ -e done ]; do sleep 0.05; done");
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);
        await sample.Console.WaitForAsync("core> up");
        var stop = app.ResourceCommands.ExecuteCommandAsync("core", "stop", Cancellation);
        await sample.Console.WaitForAsync("core> asked");
        var end = app.StopAsync(Cancellation);
        await File.WriteAllTextAsync(Path.Combine(sample.Folder, "done"), "", Cancellation);
        await stop;
        await end;
        Assert.Single(sample.Console.Text.Split('\n'), line => line.StartsWith("core> asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Starting_what_runs_changes_nothing_and_many_restarts_at_once_leave_one()
    {
        using var sample = new Sample();
        var mark = new Marked();
        sample.AddScript("core", "echo up; exec sleep 600").WithEnvironment(mark.Variable.Key, mark.Variable.Value!);
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);
        await sample.Console.WaitForAsync("core> up");
        await app.ResourceCommands.ExecuteCommandAsync("core", "start", Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => app.ResourceCommands.ExecuteCommandAsync("core", "restart", Cancellation)));
        var running = await app.ResourceNotifications.WaitForResourceAsync("core", resource => resource.Snapshot.ProcessId is not null, Cancellation);
        // While a program takes a shell's place the kernel shows no environment of it.
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (await File.ReadAllTextAsync($"/proc/{running.Snapshot.ProcessId}/comm", Cancellation) is not "sleep\n")
            await tick.WaitForNextTickAsync(Cancellation);
        Assert.Equal($"{running.Snapshot.ProcessId} (sleep)", Assert.Single(mark.Alive()));
        Assert.NotNull(running.Snapshot.StartTimeStamp);
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task What_a_crashed_process_said_is_kept_and_why_it_does_not_start()
    {
        using var sample = new Sample();
        sample.AddScript("core", "echo before; test -e again && exec sleep 600; touch again; echo last words; exit 7");
        sample.Builder.AddExecutable("ghost", "/nowhere/ghost", ".");
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);
        await sample.Console.WaitForAsync("core> before", times: 2);
        var ghost = await app.ResourceNotifications.WaitForResourceAsync("ghost", resource => resource.Snapshot.Failure is not null, Cancellation);
        Assert.Contains("/nowhere/ghost does not exist", ghost.Snapshot.Failure);
        var log = app.Services.GetRequiredService<ConsoleLog>().After(0);
        Assert.Contains(log, line => line is { Resource: "core", Text: "last words", FromHost: false });
        Assert.Contains(log, line => line is { Resource: "core", FromHost: true } && line.Text.Contains("exit code 7", StringComparison.Ordinal));
        Assert.Equal(log.Select(line => line.Number).Order(), log.Select(line => line.Number));
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_part_runs_alone_and_the_rest_can_be_started_later()
    {
        using var sample = new Sample("--resource=web");
        var core = sample.AddScript("core", "echo up; exec sleep 600");
        sample.AddScript("web", "echo up; exec sleep 600").WaitFor(core);
        await using var app = sample.Builder.Build();
        await app.StartAsync(Cancellation);
        await sample.Console.WaitForAsync("web> up");
        Assert.DoesNotContain("core> up", sample.Console.Text);
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("core", "start", Cancellation)).Success);
        await sample.Console.WaitForAsync("core> up");
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_part_that_does_not_exist_is_refused_by_name()
    {
        using var sample = new Sample("--resource", "core,wep");
        sample.AddScript("core", "");
        sample.AddScript("web", "");
        await using var app = sample.Builder.Build();
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync(Cancellation));
        Assert.Equal("--resource names 'wep', but there are only core, web.", refusal.Message);
    }

    [Fact]
    public async Task A_value_that_is_asked_for_holds_up_only_what_needs_it()
    {
        using var sample = new Sample();
        var secret = sample.Builder.AddParameter("api-key", secret: true);
        sample.AddScript("needs", "echo got $API_KEY; exec sleep 600").WithEnvironment("API_KEY", secret);
        sample.AddScript("other", "echo up; exec sleep 600");
        await using var app = sample.Builder.Build();
        var parameters = app.Services.GetRequiredService<AskedParameters>();
        parameters.Check(canAsk: true);
        Assert.Equal(["api-key"], parameters.Missing);
        Assert.True(parameters.Give("api-key", "given", keep: true));
        Assert.False(parameters.Give("api-key", "again", keep: true));
        await app.StartAsync(Cancellation);
        await sample.Console.WaitForAsync("other> up");
        await sample.Console.WaitForAsync("needs> got given");
        var state = await app.ResourceNotifications.WaitForResourceAsync("needs", resource => resource.Snapshot.Launch is not null, Cancellation);
        Assert.Contains("API_KEY", state.Snapshot.Launch!.Secrets);
        await app.StopAsync(Cancellation);

        var again = DistributedApplication.CreateBuilder(["--Devex:DataFolder=" + sample.Data]);
        Assert.Equal("given", again.AddParameter("api-key", secret: true).Resource.Value);
    }
}

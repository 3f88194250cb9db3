using Devex.Contracts.Api;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>Core killed while it is about something: the next one goes on from there.</summary>
[Collection(nameof(Alone))]
public sealed class CoreTests(ClusterStack stack)
{
    [Theory]
    [InlineData("queued")]
    [InlineData("scheduling")]
    [InlineData("starting")]
    public async Task A_start_goes_on_when_Core_was_killed_during(string stage)
    {
        using var repl = await ClusterRepl.CreateAsync(stack);
        await repl.StartAsync();
        await repl.WaitForAsync(stage, now => now.Progress?.Stages.Any(each => each.Name == stage) == true);
        await stack.Services.RestartCoreAsync();
        await repl.WaitForAsync(ReplState.Running);
        await using (var session = await repl.OpenAsync())
            await session.PingAsync();
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
        await repl.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_session_does_not_notice_that_Core_is_killed()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        await using (var session = await repl.OpenAsync())
        {
            var pod = await repl.PodAsync("{.items[0].metadata.uid}");
            await stack.Services.RestartCoreAsync();
            await session.PingAsync();
            await session.WriteFileAsync("meanwhile.txt", "typed while Core was away", expected: null);
            await repl.WaitForAsync(ReplState.Running);
            Assert.Equal(pod, await repl.PodAsync("{.items[0].metadata.uid}"));
        }
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
    }

    [Theory]
    [InlineData("freezing")]
    [InlineData("saving")]
    [InlineData("removing")]
    public async Task A_stop_goes_on_when_Core_was_killed_during(string stage)
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        await using (var session = await repl.OpenAsync())
            await session.WriteFileAsync("kept.txt", stage, expected: null);
        await repl.StopAsync();
        await repl.WaitForAsync(stage, now => now.Progress is { Kind: ProgressKind.Stop } progress && progress.Stages.Any(each => each.Name == stage));
        await stack.Services.RestartCoreAsync();
        await repl.WaitForAsync(ReplState.Stopped);
        await repl.NothingIsLeftAsync();
        await repl.StartAsync();
        await repl.WaitForAsync(ReplState.Running);
        await using (var session = await repl.OpenAsync())
            Assert.Equal(stage, (await session.ReadFileAsync("kept.txt")).Content);
        await repl.StopAndWaitAsync();
    }
}

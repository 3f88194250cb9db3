using Devex.Contracts.Api;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>A session is not removed before it is saved.</summary>
[Collection(nameof(Alone))]
public sealed class SaveTests(ClusterStack stack)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pod_stays_when_its_save_fails_and_is_saved_when_it_can_be()
    {
        NodeProcess.RequireOwnCluster();
        using var repl = await ClusterRepl.StartNewAsync(stack);
        var pod = await repl.PodAsync("{.items[0].metadata.uid}");
        await using (var session = await repl.OpenAsync())
            await session.WriteFileAsync("kept.txt", "in spite of it", expected: null);
        // Killed on its node as soon as it is there, long before it could commit.
        var save = NodeProcess.FindAsync(pod, "save --attempt", Cancelled);
        await repl.StopAsync();
        NodeProcess.Signal(9, await save);
        await repl.WaitForAsync("told", now => now.Problem?.Contains("is not saved and was not stopped", StringComparison.Ordinal) == true || now.State is ReplState.Stopped);
        await repl.WaitForAsync(ReplState.Stopped);
        await repl.StartAsync();
        await repl.WaitForAsync(ReplState.Running);
        Assert.NotEqual(pod, await repl.PodAsync("{.items[0].metadata.uid}"));
        await using (var session = await repl.OpenAsync())
            Assert.Equal("in spite of it", (await session.ReadFileAsync("kept.txt")).Content);
        await repl.StopAndWaitAsync();
    }

    [Fact]
    public async Task A_serve_that_does_not_answer_is_ended_and_its_files_are_saved()
    {
        NodeProcess.RequireOwnCluster();
        using var repl = await ClusterRepl.StartNewAsync(stack);
        await using (var session = await repl.OpenAsync())
            await session.WriteFileAsync("kept.txt", "by a serve that hangs", expected: null);
        NodeProcess.Signal(19, await NodeProcess.FindAsync(await repl.PodAsync("{.items[0].metadata.uid}"), "serve", Cancelled));
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
        await repl.StartAsync();
        await repl.WaitForAsync(ReplState.Running);
        await using (var session = await repl.OpenAsync())
            Assert.Equal("by a serve that hangs", (await session.ReadFileAsync("kept.txt")).Content);
        await repl.StopAndWaitAsync();
    }
}

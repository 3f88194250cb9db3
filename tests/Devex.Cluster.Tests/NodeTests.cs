using System.Globalization;
using Devex.Contracts.Api;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>What the node does to sessions: no room on it, and no word from it.</summary>
[Collection(nameof(Alone))]
public sealed class NodeTests(ClusterStack stack)
{
    private const int Stop = 19;
    private const int Continue = 18;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_without_room_says_so_while_it_waits_and_when_it_gives_up()
    {
        using var repl = await ClusterRepl.CreateAsync(stack);
        var node = await Kubectl.RunAsync("get", "node", "-o", "jsonpath={.items[*].metadata.name}");
        await Kubectl.RunAsync(["cordon", .. node.Split(' ')]);
        try
        {
            await repl.StartAsync();
            await repl.WaitForAsync("waiting", now => now.Progress?.Stages[^1] is { Name: "waitingForRoom", EndedAt: null });
            var failed = await repl.WaitForAsync("failed", now => now is { State: ReplState.Stopped, Problem: not null });
            Assert.Contains("No node of the cluster has room", failed.Problem, StringComparison.Ordinal);
            await repl.NothingIsLeftAsync();
        }
        finally
        {
            await Kubectl.RunAsync(["uncordon", .. node.Split(' ')]);
        }
        await repl.StartAsync();
        await repl.WaitForAsync("running", now => now.State is ReplState.Running);
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
    }

    [Fact]
    public async Task A_silent_node_is_told_of_and_can_be_left_behind_and_what_was_newer_there_is_rescued_when_it_is_back()
    {
        var kubelet = Kubelet();
        using var repl = await ClusterRepl.StartNewAsync(stack);
        var pod = await repl.PodAsync("{.items[0].metadata.uid}");
        await using (var session = await repl.OpenAsync())
        {
            await repl.WriteAndSaveAsync(session, "saved.txt", "in time");
            // The node goes as it were: nothing more of it gets out, and nothing of the saver's.
            var saver = await NodeProcess.FindAsync(pod, "save --watch", Cancelled);
            NodeProcess.Signal(Stop, saver);
            NodeProcess.Signal(Stop, kubelet);
            try
            {
                await session.WriteFileAsync("newer.txt", "too late", expected: null);
                var silent = await repl.WaitForAsync("unreachable", now => now.State is ReplState.Unreachable);
                Assert.Contains("has not answered since", silent.Problem, StringComparison.Ordinal);
                await repl.StartFromSavedAsync();
                await repl.WaitForAsync("another session", now => now.State is ReplState.Starting);
                // There is no other node: the next session begins when this one is back, and before its saver says a word.
                NodeProcess.Signal(Continue, kubelet);
                await repl.WaitForAsync("running", now => now.State is ReplState.Running);
            }
            finally
            {
                NodeProcess.Signal(Continue, kubelet);
                NodeProcess.Signal(Continue, saver);
            }
        }
        Assert.NotEqual(pod, await repl.PodAsync("{.items[0].metadata.uid}"));
        await using (var session = await repl.OpenAsync())
        {
            Assert.Equal("in time", (await session.ReadFileAsync("saved.txt")).Content);
            await Assert.ThrowsAsync<RunnerErrorException>(() => session.ReadFileAsync("newer.txt"));
        }
        await repl.UntilHistoryHasAsync("rescue");
        await repl.UntilItsPodsEndedAsync("devex.dev/left");
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
    }

    private static int Kubelet() => int.Parse(File.ReadAllText(Path.Combine(NodeProcess.RequireOwnCluster(), "pid/kubelet")), CultureInfo.InvariantCulture);
}

using Devex.Contracts.Api;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>What the node does to sessions: no room on it, and no word from it.</summary>
[Collection(nameof(Alone))]
public sealed class NodeTests(ClusterStack stack)
{
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
            Assert.Equal("", await repl.ObjectsAsync());
        }
        finally
        {
            await Kubectl.RunAsync(["uncordon", .. node.Split(' ')]);
        }
        await repl.StartAsync();
        await repl.WaitForAsync("running", now => now.State is ReplState.Running);
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
    }
}

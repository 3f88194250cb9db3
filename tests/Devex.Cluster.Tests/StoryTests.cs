using Devex.Contracts.Api;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>What somebody does with a REPL, on a real cluster, with all traffic through the Gateway to the REPL's Service.</summary>
public sealed class StoryTests(ClusterStack stack)
{
    [Fact]
    public async Task What_was_written_is_there_after_stop_and_start()
    {
        using var repl = await ClusterRepl.CreateAsync(stack);
        await repl.StartAsync();
        var started = await repl.WaitForAsync(ReplState.Running);
        Assert.Equal(["queued", "scheduling"], started.Progress!.Stages.Take(2).Select(stage => stage.Name));
        Assert.Equal(["starting", "ready"], started.Progress.Stages.TakeLast(2).Select(stage => stage.Name));
        Assert.All(started.Progress.Stages, stage => Assert.NotNull(stage.EndedAt));

        await using (var session = await repl.OpenAsync())
        {
            await session.WriteFileAsync("kept.txt", "through the Gateway", expected: null);
            Assert.Equal("1000 devex /home/devex", await repl.ShellAsync(session, "echo $(id -u) $(id -un) $HOME"));
            await repl.ShellAsync(session, "ln -s kept.txt link; mkdir -m 700 empty; echo own >~/.mine; chmod 600 ~/.mine");
        }
        var stopped = await repl.StopAndWaitAsync();
        Assert.Null(stopped.Problem);
        await repl.NothingIsLeftAsync();
        await repl.UntilItsPodsEndedAsync();

        await repl.StartAsync();
        await repl.WaitForAsync(ReplState.Running);
        await using (var session = await repl.OpenAsync())
        {
            Assert.Equal("through the Gateway", (await session.ReadFileAsync("kept.txt")).Content);
            Assert.Equal("kept.txt 700 600 own", await repl.ShellAsync(session, "echo $(readlink link) $(stat -c %a empty) $(stat -c %a ~/.mine) $(cat ~/.mine)"));
        }
        await repl.StopAndWaitAsync();
    }

    [Fact]
    public async Task The_Ingress_and_the_Service_are_taken_by_the_cluster_as_they_were_made()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        Assert.Equal(
            $"nginx {repl.Id}.repl.localhost / Prefix repl-{repl.Id} serve",
            await Kubectl.OfReplAsync(
                repl.Id.ToString(), "ingress",
                "{.items[0].spec.ingressClassName} {.items[0].spec.rules[0].host} {.items[0].spec.rules[0].http.paths[0].path} {.items[0].spec.rules[0].http.paths[0].pathType} "
                + "{.items[0].spec.rules[0].http.paths[0].backend.service.name} {.items[0].spec.rules[0].http.paths[0].backend.service.port.name}"));
        Assert.Equal(
            "ClusterIP 7070 Deployment", await Kubectl.OfReplAsync(repl.Id.ToString(), "service", "{.items[0].spec.type} {.items[0].spec.ports[0].port} {.items[0].metadata.ownerReferences[0].kind}"));
        await repl.StopAndWaitAsync();
    }

    [Fact]
    public async Task A_stop_during_a_start_leaves_nothing()
    {
        using var repl = await ClusterRepl.CreateAsync(stack);
        await repl.StartAsync();
        await repl.WaitForAsync("scheduling", now => now.Progress?.Stages.Any(stage => stage.Name == "scheduling") == true);
        await repl.StopAndWaitAsync();
        await repl.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_REPL_that_is_deleted_leaves_nothing_in_the_cluster()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        await using (var session = await repl.OpenAsync())
            await session.WriteFileAsync("gone.txt", "with its REPL", expected: null);
        await repl.DeleteAsync();
        await Kubectl.UntilAsync(names => names.Length == 0, "-n", Kubectl.Sessions, "get", ClusterRepl.Kinds, "-l", $"devex.dev/repl={repl.Id}", "-o", "name");
        await repl.UntilItsPodsEndedAsync();
    }
}

using Devex.Contracts.Api;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>What goes away under a session, and what becomes of it.</summary>
public sealed class LossTests(ClusterStack stack)
{
    [Fact]
    public async Task A_pod_that_is_deleted_by_hand_saves_a_last_time_and_the_session_goes_on_from_that()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        var first = await repl.PodAsync("{.items[0].metadata.uid}");
        await using (var session = await repl.OpenAsync())
            await session.WriteFileAsync("last.txt", "written just before", expected: null);
        await Kubectl.RunAsync("-n", Kubectl.Sessions, "delete", "pod", "-l", $"devex.dev/repl={repl.Id}", "--wait=false");
        await Kubectl.UntilAsync(
            uids => uids.Length > 0 && !uids.Contains(first, StringComparison.Ordinal), "-n", Kubectl.Sessions, "get", "pod", "-l", $"devex.dev/repl={repl.Id}", "-o", "jsonpath={.items[*].metadata.uid}");
        await repl.WaitForAsync(ReplState.Running);
        await using (var session = await repl.OpenWhenReachedAsync())
            Assert.Equal("written just before", (await session.ReadFileAsync("last.txt")).Content);
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
    }

    [Fact]
    public async Task The_ways_to_a_session_are_made_anew_when_they_are_deleted_by_hand_and_its_pod_stays()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        var pod = await repl.PodAsync("{.items[0].metadata.uid}");
        await using (var session = await repl.OpenAsync())
            await session.WriteFileAsync("kept.txt", "all the time", expected: null);
        foreach (var kind in (string[])["service", "ingress", "secret"])
        {
            var before = await Kubectl.OfReplAsync(repl.Id.ToString(), kind, "{.items[0].metadata.uid}");
            await Kubectl.RunAsync("-n", Kubectl.Sessions, "delete", kind, $"repl-{repl.Id}", "--wait=false");
            await Kubectl.UntilAsync(
                uid => uid.Length > 0 && uid != before, "-n", Kubectl.Sessions, "get", kind, "-l", $"devex.dev/repl={repl.Id}", "-o", "jsonpath={.items[*].metadata.uid}");
        }
        await using (var session = await repl.OpenWhenReachedAsync())
            Assert.Equal("all the time", (await session.ReadFileAsync("kept.txt")).Content);
        Assert.Equal(pod, await repl.PodAsync("{.items[0].metadata.uid}"));
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
        await repl.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_Deployment_that_is_deleted_by_hand_is_made_anew_and_goes_on_from_what_its_pod_saved_last()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        var pod = await repl.PodAsync("{.items[0].metadata.uid}");
        await using (var session = await repl.OpenAsync())
            await session.WriteFileAsync("kept.txt", "to the last", expected: null);
        await Kubectl.RunAsync("-n", Kubectl.Sessions, "delete", "deployment", $"repl-{repl.Id}", "--wait=false");
        await Kubectl.UntilAsync(
            uids => uids.Length > 0 && !uids.Contains(pod, StringComparison.Ordinal), "-n", Kubectl.Sessions, "get", "pod", "-l", $"devex.dev/repl={repl.Id}", "-o", "jsonpath={.items[*].metadata.uid}");
        await repl.WaitForAsync(ReplState.Running);
        await using (var session = await repl.OpenWhenReachedAsync())
            Assert.Equal("to the last", (await session.ReadFileAsync("kept.txt")).Content);
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
        await repl.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Objects_of_a_REPL_that_nobody_knows_are_found_and_taken_away()
    {
        const string id = "0rphan0rphan";
        await Kubectl.ApplyAsync(
            $$"""
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"repl-{{id}}","namespace":"{{Kubectl.Sessions}}","labels":{"app.kubernetes.io/managed-by":"devex","devex.dev/repl":"{{id}}","devex.dev/session":"gone","devex.dev/owner":"local-ada"} },"spec":{"ports":[{"port":7070}]} }
            """);
        await Kubectl.UntilAsync(names => names.Length == 0, "-n", Kubectl.Sessions, "get", "service", "-l", $"devex.dev/repl={id}", "-o", "name");
    }
}

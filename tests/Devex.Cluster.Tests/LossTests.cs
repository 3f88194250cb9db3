using Devex.Contracts.Api;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>What goes away under a session, and what becomes of it.</summary>
[Collection("one at a time")]
public sealed class LossTests(ClusterStack stack)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

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
        await using (var session = await repl.OpenAsync())
            Assert.Equal("written just before", (await session.ReadFileAsync("last.txt")).Content);
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
    }

    [Theory]
    [InlineData("service")]
    [InlineData("ingress")]
    [InlineData("secret")]
    [InlineData("deployment")]
    public async Task Whatever_else_is_deleted_by_hand_is_made_anew(string kind)
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        var before = await Kubectl.OfReplAsync(repl.Id.ToString(), kind, "{.items[0].metadata.uid}");
        var pod = await repl.PodAsync("{.items[0].metadata.uid}");
        await using (var session = await repl.OpenAsync())
            await session.WriteFileAsync("kept.txt", kind, expected: null);
        await Kubectl.RunAsync("-n", Kubectl.Sessions, "delete", kind, $"repl-{repl.Id}", "--wait=false");
        await Kubectl.UntilAsync(
            uid => uid.Length > 0 && uid != before, "-n", Kubectl.Sessions, "get", kind, "-l", $"devex.dev/repl={repl.Id}", "-o", "jsonpath={.items[0].metadata.uid}");
        if (kind == "deployment")
        {
            // Its pod saves a last time, and another takes its place.
            await Kubectl.UntilAsync(
                uids => uids.Length > 0 && !uids.Contains(pod, StringComparison.Ordinal), "-n", Kubectl.Sessions, "get", "pod", "-l", $"devex.dev/repl={repl.Id}", "-o", "jsonpath={.items[*].metadata.uid}");
        }
        await repl.WaitForAsync(ReplState.Running);
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
        await repl.StartAsync();
        await repl.WaitForAsync(ReplState.Running);
        await using (var session = await repl.OpenAsync())
            Assert.Equal(kind, (await session.ReadFileAsync("kept.txt")).Content);
        await repl.StopAndWaitAsync();
        Assert.Equal("", await repl.ObjectsAsync());
    }

    [Fact]
    public async Task A_pod_stays_when_its_save_fails_and_is_saved_when_it_can_be()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        var pod = await repl.PodAsync("{.items[0].metadata.uid}");
        await using (var session = await repl.OpenAsync())
            await session.WriteFileAsync("kept.txt", "in spite of it", expected: null);
        // The storage hangs until the save is under way; then the save is killed on its node.
        var s3 = stack.Services.S3.Program;
        await repl.StopAsync();
        await repl.WaitForAsync("saving", now => now.Progress is { Kind: ProgressKind.Stop } progress && progress.Stages.Any(stage => stage.Name is "ending" or "saving"));
        s3.Signal(19);
        try
        {
            await NodeProcess.KillAsync("save --attempt", Cancelled);
        }
        finally
        {
            s3.Signal(18);
        }
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

using Devex.Contracts.Api;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>What goes wrong in a pod, and how its user hears of it.</summary>
public sealed class FailureTests(ClusterStack stack)
{
    /// <summary>Programs of a session's user may end it; of a container's first process the kernel does not let them.</summary>
    private const string KillServe =
        """sleep 1; for each in /proc/[0-9]*; do case $(tr '\0' ' ' <$each/cmdline) in *"Devex.Runner serve"*) kill -9 ${each#/proc/} ;; esac; done""";

    [Fact]
    public async Task An_image_that_is_not_there_is_named_and_nothing_is_left()
    {
        using var repl = await ClusterRepl.CreateAsync(stack, ClusterStack.Nowhere);
        await repl.StartAsync();
        var failed = await repl.WaitForAsync("failed", now => now is { State: ReplState.Stopped, Problem: not null });
        Assert.Contains("localhost/devex/absent", failed.Problem, StringComparison.Ordinal);
        Assert.Contains("cannot be pulled", failed.Problem, StringComparison.Ordinal);
        await repl.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_session_that_took_too_much_memory_is_told_so_and_goes_on_over_the_same_files()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        await using (var session = await repl.OpenAsync())
        {
            await session.WriteFileAsync("kept.txt", "before the end", expected: null);
            // Many small programs, of which none is as big as serve: that is the one the kernel takes.
            await repl.TypeAsync(session, "for i in $(seq 160); do (x=$(head -c 5000000 /dev/zero | tr '\\0' x); sleep 300; :) & done");
            await repl.WaitForAsync("told", now => now.Problem?.Contains("more memory than it may", StringComparison.Ordinal) == true);
        }
        await repl.WaitForAsync(ReplState.Running);
        await using (var session = await repl.OpenAsync())
            Assert.Equal("before the end", (await session.ReadFileAsync("kept.txt")).Content);
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
    }

    [Fact]
    public async Task A_session_that_crashes_again_and_again_is_told_with_its_last_lines_and_goes_on_over_the_same_files()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        var pod = await repl.PodAsync("{.items[0].metadata.uid}");
        await using (var session = await repl.OpenAsync())
        {
            await session.WriteFileAsync("kept.txt", "before the first", expected: null);
            await repl.TypeAsync(session, KillServe);
        }
        await repl.WaitForAsync("told", now => now.Problem?.Contains("The session crashed", StringComparison.Ordinal) == true);
        await repl.WaitForAsync(ReplState.Running);
        await using (var session = await repl.OpenWhenReachedAsync())
            await repl.TypeAsync(session, KillServe);
        // The kubelet waits now before it starts it once more.
        var told = await repl.WaitForAsync("told why", now => now.Problem?.Contains("Serving on", StringComparison.Ordinal) == true);
        Assert.Contains("it was ended by signal 9", told.Problem, StringComparison.Ordinal);
        await repl.WaitForAsync(ReplState.Running);
        await using (var session = await repl.OpenWhenReachedAsync())
            Assert.Equal("before the first", (await session.ReadFileAsync("kept.txt")).Content);
        Assert.Equal(pod, await repl.PodAsync("{.items[0].metadata.uid}"));
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
        await repl.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_pod_that_is_evicted_is_replaced_and_its_user_is_told_what_was_saved()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        var pod = await repl.PodAsync("{.items[0].metadata.uid}");
        await using (var session = await repl.OpenAsync())
        {
            await repl.WriteAndSaveAsync(session, "kept.txt", "saved in time");
            // Twice the quota outside of the files; the kubelet ends pods that take more.
            await repl.TypeAsync(session, "fallocate -l 700M /tmp/big");
        }
        var told = await repl.WaitForAsync("told", now => now.Problem?.Contains("its node ended it", StringComparison.Ordinal) == true);
        Assert.Contains("what was newer is lost", told.Problem, StringComparison.Ordinal);
        await Kubectl.UntilAsync(
            names => names.Length > 0 && !names.Contains(pod, StringComparison.Ordinal),
            "-n", Kubectl.Sessions, "get", "pod", "-l", $"devex.dev/repl={repl.Id}", "--field-selector=status.phase=Running", "-o", "jsonpath={.items[*].metadata.uid}");
        await repl.WaitForAsync(ReplState.Running);
        await using (var session = await repl.OpenAsync())
            Assert.Equal("saved in time", (await session.ReadFileAsync("kept.txt")).Content);
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
        await repl.NothingIsLeftAsync();
    }
}

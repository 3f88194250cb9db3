using System.Diagnostics;
using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Xunit;

namespace Devex.Core.Tests.Faults;

/// <summary>S3 fails, denies and is silent for over a minute in sum, while somebody works and then wants to stop.</summary>
[Trait("Tier", "integration")]
public sealed class S3AwayTests(FaultStack stack) : IClassFixture<FaultStack>
{
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(16);
    private static readonly TimeSpan Stopping = TimeSpan.FromSeconds(16);

    [Fact]
    public async Task Edits_queue_and_are_told_a_stop_destroys_nothing_and_all_is_there_afterwards()
    {
        var repl = await stack.TakeReplAsync();
        await repl.StartAsync();
        await repl.TypeAsync();
        await repl.SavedAsync();
        var before = (await repl.HeadAsync()).Root;
        var away = Stopwatch.StartNew();

        await stack.S3.WhileAwayAsync(Each, WorkAsync, StopAsync);

        Assert.InRange(away.Elapsed, TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(10));
        await repl.StopAsync();
        await repl.NothingIsLeftAsync();
        await repl.SavedAsync();
        Assert.InRange((await repl.HeadAsync()).Root, before + 1, before + 10);
        await stack.S3.WhileFilesAreAwayAsync(async () =>
        {
            await repl.BeginAsync();
            await repl.WaitsAsync(ProgressKind.Start);
        });
        await repl.StartAsync();
        Assert.All((await repl.ProgressAsync())!.Stages, stage => Assert.Null(stage.Waiting));
        await repl.TypeAsync();
        await repl.StopAsync();
        await repl.SavedAsync();
        await stack.NoObjectIsLeftAsync();
        stack.Return(repl);

        async Task WorkAsync()
        {
            while (away.Elapsed < Each * 2.5)
            {
                await repl.TypeAsync();
                await repl.ToldAsync(SaveProgress.Retrying);
                await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            }
        }

        async Task StopAsync()
        {
            await repl.BeginStopAsync();
            await repl.WaitsAsync(ProgressKind.Stop);
            for (var asked = Stopwatch.StartNew(); asked.Elapsed < Stopping;)
            {
                Assert.NotEqual(ReplState.Stopped, await repl.StateAsync());
                Assert.True(Directory.Exists(stack.Folders(repl.Id).Workspace));
                await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
            }
        }
    }
}

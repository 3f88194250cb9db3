using Devex.Core.Repls;
using Devex.Core.Sessions;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>
/// The fault matrix: Core is killed before and after every call that a life from start to stop makes to the machine, and another Core goes on.
/// </summary>
public sealed class SessionCrashTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_any_call_of_start_and_stop_loses_nothing_and_leaves_nothing(bool after)
    {
        var cut = 0;
        for (var call = 1; ; call++)
        {
            var world = new SessionWorld();
            var crash = world.Runtime.Crash = new Crash(call, after);
            await LiveAsync(world, DesiredState.Running, crash);
            Assert.Equal(SessionPhase.Running, (await world.RecordAsync()).Phase);
            Assert.Single(world.Runtime.Done, "serve");
            world.Edit();
            await LiveAsync(world, DesiredState.Stopped, crash);

            Assert.Equal(SessionPhase.Stopped, (await world.RecordAsync()).Phase);
            Assert.Empty(world.Runtime.Machines);
            Assert.Empty(world.Runtime.Broken);
            Assert.NotNull(world.Snapshots.Head!.Attempt);
            if (!crash.Happened)
                break;
            cut++;
        }
        Assert.True(cut >= 10, $"Only {cut} calls were cut off.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_while_a_save_fails_keeps_the_session(bool after)
    {
        for (var call = 1; ; call++)
        {
            var world = new SessionWorld();
            await LiveAsync(world, DesiredState.Running, Crash.Never);
            world.Edit();
            world.Runtime.SavesCommit = false;
            var crash = world.Runtime.Crash = new Crash(call, after);
            await LiveAsync(world, DesiredState.Stopped, crash);
            Assert.True(world.Runtime.Machines.ContainsKey(world.Repl.Id));
            Assert.Empty(world.Runtime.Broken);

            world.Runtime.Crash = Crash.Never;
            world.Runtime.SavesCommit = true;
            world.Time.Advance(TimeSpan.FromMinutes(5));
            await LiveAsync(world, DesiredState.Stopped, Crash.Never);
            Assert.Equal(SessionPhase.Stopped, (await world.RecordAsync()).Phase);
            Assert.Empty(world.Runtime.Machines);
            if (!crash.Happened)
                break;
        }
    }

    /// <summary>Runs one Core until it is killed or has nothing to do; then the next, which is not killed.</summary>
    private static async Task LiveAsync(SessionWorld world, DesiredState desired, Crash crash)
    {
        world.Repls.Want(world.Repl.Id, desired);
        var before = crash.Happened;
        try
        {
            if (!before)
                await world.RunAsync(crash.Killed.Token);
        }
        catch (OperationCanceledException)
        {
        }
        if (!crash.Happened)
            return;
        world.Leases.Expire(world.Repl.Id);
        world.Runtime.Crash = Crash.Never;
        await world.RunAsync();
    }
}

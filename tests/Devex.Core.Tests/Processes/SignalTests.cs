using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Runtimes.Process;
using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using Xunit;

namespace Devex.Core.Tests.Processes;

/// <summary>The two ways in which Core is asked to end, by the real program with real sessions.</summary>
[Trait("Tier", "integration")]
public sealed class SignalTests(Stores stores)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SIGINT_saves_and_ends_every_session_before_Core_ends()
    {
        using var folder = new TempFolder("devex-signals-");
        List<ReplId> ids = [];
        await using (var core = await CoreProcess.StartAsync(stores, "signals-int", folder))
        {
            for (var n = 0; n < 2; n++)
            {
                var repl = await core.CreateAsync();
                await core.StartReplAsync(repl.Id);
                await File.WriteAllTextAsync(Path.Combine(core.Folders(repl.Id).Workspace, "last.txt"), $"written before the end {n}", Cancelled);
                ids.Add(repl.Id);
            }
            var processes = ids.SelectMany(id => new[] { core.Running(id, "serve"), core.Running(id, "saver") }).ToList();
            Assert.DoesNotContain(null, processes);

            Assert.Equal(0, await core.InterruptAsync());
            Assert.Contains("All sessions are saved", core.Program.OutputText, StringComparison.Ordinal);
            Assert.All(processes, process => Assert.False(process!.IsAlive));
            Assert.All(ids, id => Assert.False(Directory.Exists(core.Folders(id).Root)));
        }

        await using var next = await CoreProcess.StartAsync(stores, "signals-int", folder);
        for (var n = 0; n < ids.Count; n++)
        {
            var repl = await next.GetAsync(ids[n]);
            Assert.Equal((ReplState.Stopped, null), (repl.State, repl.Problem));
            await next.StartReplAsync(ids[n]);
            Assert.Equal($"written before the end {n}", await File.ReadAllTextAsync(Path.Combine(next.Folders(ids[n]).Workspace, "last.txt"), Cancelled));
        }
    }

    [Fact]
    public async Task SIGTERM_leaves_sessions_as_they_are_and_the_next_Core_adopts_them()
    {
        using var folder = new TempFolder("devex-signals-");
        ReplId id;
        ProcessIdentity? serve, saver;
        await using (var core = await CoreProcess.StartAsync(stores, "signals-term", folder))
        {
            id = (await core.CreateAsync()).Id;
            await core.StartReplAsync(id);
            (serve, saver) = (core.Running(id, "serve"), core.Running(id, "saver"));
            Assert.Equal(0, await core.TerminateAsync());
            Assert.DoesNotContain("Saving and ending", core.Program.OutputText, StringComparison.Ordinal);
            Assert.True(serve!.IsAlive);
            Assert.True(saver!.IsAlive);
        }

        await using var next = await CoreProcess.StartAsync(stores, "signals-term", folder);
        await next.WaitForAsync(id, ReplState.Running);
        using var ticket = await next.SendAsync(HttpMethod.Post, $"/api/repls/{id}/tickets");
        Assert.True(ticket.IsSuccessStatusCode, $"{ticket.StatusCode}");
        Assert.Equal((serve, saver), (next.Running(id, "serve"), next.Running(id, "saver")));
        Assert.Equal(0, await next.InterruptAsync());
        Assert.False(serve!.IsAlive);
        Assert.False(Directory.Exists(next.Folders(id).Root));
    }
}

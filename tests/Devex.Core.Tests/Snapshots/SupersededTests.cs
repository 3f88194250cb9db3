using System.Collections.Concurrent;
using System.Text;
using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Core.Snapshots;
using Devex.Core.Tests.Snapshots.Fixtures;
using Devex.Snapshots;
using Devex.Snapshots.Pages;
using Devex.Snapshots.Roots;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Snapshots;

/// <summary>What becomes of a writer when another one has taken over, or when collection has taken what it was about to name.</summary>
[Trait("Tier", "integration")]
public sealed class SupersededTests(SnapshotStack stack) : IClassFixture<SnapshotStack>
{
    [Fact]
    public async Task What_another_session_shut_out_is_kept_as_a_rescue_beside_the_chain()
    {
        var id = await stack.CreateReplAsync();
        using var session = stack.CreateSession(id);
        await session.RunAsync("restore");
        await using var saver = session.Start("save", "--watch");
        await File.WriteAllTextAsync(session["workspace/edit"], "1");
        await saver.WaitForLineAsync("Saved as 3");
        using var other = stack.CreateSession(id, "session-2");
        await other.RunAsync("restore");

        await File.WriteAllTextAsync(session["workspace/edit"], "of the zombie");

        Assert.Equal(3, await saver.WaitForExitAsync());
        Assert.Equal("of the zombie", await RescuedAsync(id, "workspace/edit"));
        Assert.Equal("1", await stack.Snapshots.ReadTextAsync(stack.Owner, id, "edit", 100, CancellationToken.None));
        Assert.Equal("session-2", (await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!.Session);
        Assert.Contains("\"ended\"", await File.ReadAllTextAsync(session["journal/.devex-saves.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saver_that_comes_back_after_its_node_was_given_up_rescues_what_it_finds()
    {
        var id = await stack.CreateReplAsync();
        using var session = stack.CreateSession(id);
        await session.RunAsync("restore");
        await using (var saver = session.Start("save", "--watch"))
        {
            await File.WriteAllTextAsync(session["workspace/edit"], "1");
            await saver.WaitForLineAsync("Saved as 3");
            await saver.KillAsync();
        }
        using var other = stack.CreateSession(id, "session-2");
        await other.RunAsync("restore");
        await File.WriteAllTextAsync(session["workspace/edit"], "written while nobody could save");

        await using var again = session.Start("save", "--watch");

        Assert.Equal(3, await again.WaitForExitAsync());
        Assert.Equal("written while nobody could save", await RescuedAsync(id, "workspace/edit"));
    }

    [Fact]
    public async Task A_saver_waits_for_what_comes_of_an_attempt_of_its_session_and_goes_on_when_it_fails()
    {
        var attempts = new Attempts();
        var core = await stack.StartCoreAsync(services => services.AddSingleton<ISaveAttempts>(attempts));
        var id = await stack.CreateReplAsync();
        using var session = stack.CreateSession(id, core: core);
        await session.RunAsync("restore");
        await using var saver = session.Start("save", "--watch");
        await File.WriteAllTextAsync(session["workspace/edit"], "1");
        await saver.WaitForLineAsync("Saved as 3");
        attempts.Held = true;
        await stack.CreateWriter(id, core: core).ClaimAsync(attempt: "stop-1");

        await File.WriteAllTextAsync(session["workspace/edit"], "2");
        await saver.WaitForLineAsync("waiting for what comes of it");
        await saver.WaitForLineAsync("may still write");
        Assert.Equal(4, (await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!.Saved.Root);
        attempts.Held = false;

        await saver.WaitForLineAsync("Saved as 6");
        Assert.Equal("2", await stack.Snapshots.ReadTextAsync(stack.Owner, id, "edit", 100, CancellationToken.None));
        Assert.Empty(await RescuesAsync(id));
    }

    [Fact]
    public async Task Condemned_packs_and_pages_are_made_anew_under_other_names()
    {
        var condemned = new Doom();
        var core = await stack.StartCoreAsync(services => services.AddSingleton<ICondemned>(condemned));
        var id = await stack.CreateReplAsync();
        using var session = stack.CreateSession(id, core: core);
        await session.RunAsync("restore");
        await File.WriteAllTextAsync(session["workspace/edit"], "kept");
        condemned.Next = true;

        Assert.Equal(0, await session.RunAsync("save", "--attempt", "stop"));

        Assert.NotEmpty(condemned.Names);
        Assert.Equal("kept", await stack.Snapshots.ReadTextAsync(stack.Owner, id, "edit", 100, CancellationToken.None));
        var root = (await core.Services.GetRequiredService<RootChain>().NewestAsync(stack.Owner, id, CancellationToken.None))!.Root;
        Assert.DoesNotContain(root.Packs, pack => condemned.Names.ContainsKey(pack.Hash));
        Assert.DoesNotContain(root.Pages, page => condemned.Names.ContainsKey(page.Hash));
    }

    [Fact]
    public async Task Of_one_incarnation_one_rescue_is_kept_and_a_stranger_leaves_none()
    {
        var id = await stack.CreateReplAsync();
        var (_, zombie, claimed) = await stack.CreateWriter(id).ClaimAsync();
        var page = await zombie!.UploadFileAsync("workspace/a", "first");
        var other = await zombie.UploadFileAsync("workspace/a", "second");
        var (_, newer, second) = await stack.CreateWriter(id, "session-2").ClaimAsync();

        var first = await RescueAsync(zombie, claimed!.Root.Number, page);
        var again = await RescueAsync(zombie, claimed.Root.Number, other);
        var wrong = await RescueAsync(zombie, second!.Root.Number, page);

        Assert.Equal(first.Rescued!.Hash, again.Rescued!.Hash);
        Assert.Equal(SnapshotProblems.Invalid, wrong.Problem!.Code);
        Assert.Equal("first", await RescuedAsync(id, "workspace/a"));
        Assert.NotNull(newer);
    }

    private static async Task<(Rescued? Rescued, SnapshotProblem? Problem)> RescueAsync(TestWriter writer, long parent, CommitPage page)
    {
        var (_, rescued, problem) = await writer.PostAsync(
            "rescues", new CommitRequest(TestWriter.NewId(), parent, [page], null, [], true), SnapshotsJson.Default.CommitRequest, SnapshotsJson.Default.Rescued);
        return (rescued, problem);
    }

    private async Task<IReadOnlyList<string>> RescuesAsync(ReplId id) =>
        await Objects.FirstKeyAsync(SnapshotKeys.Rescues(stack.Owner, id), CancellationToken.None) is { } key ? [key] : [];

    /// <summary>The text of a small file of the one rescue, known by its hash.</summary>
    private async Task<string?> RescuedAsync(ReplId id, string path)
    {
        var stored = await Objects.GetAsync(Assert.Single(await RescuesAsync(id)), SnapshotFormat.MaxRootBytes, CancellationToken.None);
        var root = RootObject.Decode(stored!.Bytes);
        foreach (var page in root.Pages)
        {
            var bytes = await Objects.GetAsync(SnapshotKeys.Object(stack.Owner, SnapshotObjectKind.Page, page.Scope, page.Hash), Page.MaxObjectBytes, CancellationToken.None);
            if (Page.Decode(bytes!.Bytes).FirstOrDefault(entry => entry.Path.ToString() == path) is { } file)
                return Known.FirstOrDefault(text => Digest.Of(Encoding.UTF8.GetBytes(text)) == file.Hash);
        }
        return null;
    }

    private static readonly string[] Known = ["1", "of the zombie", "written while nobody could save", "first", "second"];

    private SnapshotObjects Objects => stack.Core.Services.GetRequiredService<SnapshotObjects>();

    private sealed class Attempts : ISaveAttempts
    {
        public volatile bool Held;

        public Task<bool> HoldsAsync(UserId owner, ReplId repl, string session, CancellationToken cancellationToken) => Task.FromResult(Held);
    }

    private sealed class Doom : ICondemned
    {
        public volatile bool Next;

        public ConcurrentDictionary<string, bool> Names { get; } = new();

        public Task<IReadOnlyList<SnapshotObject>> AmongAsync(UserId owner, IReadOnlyCollection<SnapshotObject> objects, CancellationToken cancellationToken)
        {
            if (Next)
            {
                Next = false;
                foreach (var item in objects)
                    Names[item.Hash] = true;
            }
            return Task.FromResult<IReadOnlyList<SnapshotObject>>([.. objects.Where(item => Names.ContainsKey(item.Hash))]);
        }
    }
}

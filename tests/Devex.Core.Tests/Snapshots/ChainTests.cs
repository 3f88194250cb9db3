using System.Net;
using Devex.Contracts.Snapshots;
using Devex.Core.Snapshots;
using Devex.Core.Tests.Snapshots.Fixtures;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace Devex.Core.Tests.Snapshots;

[Trait("Tier", "integration")]
public sealed class ChainTests(SnapshotStack stack) : IClassFixture<SnapshotStack>
{
    [Fact]
    public async Task Of_16_commits_at_once_through_two_replicas_one_wins()
    {
        var other = await stack.StartCoreAsync();
        var id = await stack.CreateReplAsync();
        var (_, writer, claimed) = await stack.CreateWriter(id).ClaimAsync();
        var page = await writer!.UploadFileAsync("workspace/a", "content");
        var second = writer.At(SnapshotStack.UrlOf(other));

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => (i % 2 == 0 ? writer : second).CommitAsync(claimed!.Root.Number, page)));

        var winner = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Committed is null), answer => Assert.Equal(SnapshotProblems.Superseded, answer.Problem!.Code));
        var head = await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None);
        Assert.Equal(winner.Committed!.Hash, head!.Saved.Hash);
        Assert.Equal(claimed!.Root.Number + 1, head.Saved.Root);
    }

    [Fact]
    public async Task A_commit_on_what_this_replica_put_asks_for_no_newest_root_and_sees_who_was_faster()
    {
        var other = await stack.StartCoreAsync();
        var id = await stack.CreateReplAsync();
        var (_, writer, claimed) = await stack.CreateWriter(id).ClaimAsync();
        var page = await writer!.UploadFileAsync("workspace/a", "one");
        var second = await writer.UploadFileAsync("workspace/a", "two");
        Assert.Equal(HttpStatusCode.OK, (await writer.CommitAsync(claimed!.Root.Number, page)).Status);
        var asked = stack.Proxy.Requests.Count;
        Assert.Equal(HttpStatusCode.OK, (await writer.CommitAsync(claimed.Root.Number + 1, second)).Status);
        // The page is read and the pack measured, both for the first time; the root is put.
        Assert.Equal(["GET", "HEAD", "PUT"], stack.Proxy.Requests.Skip(asked).Select(request => request.Method).Order());

        // The other replica puts the next one, and its own; this one believes that it knows the newest.
        var elsewhere = writer.At(SnapshotStack.UrlOf(other));
        var faster = await elsewhere.CommitAsync(claimed.Root.Number + 2, page);
        Assert.Equal(HttpStatusCode.OK, faster.Status);
        Assert.Equal(SnapshotProblems.Superseded, (await writer.CommitAsync(claimed.Root.Number + 2, second)).Problem!.Code);
        Assert.Equal(faster.Committed!.Hash, (await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!.Saved.Hash);
        var (_, _, next) = await stack.CreateWriter(id, "session-2", other).ClaimAsync();
        Assert.Equal(SnapshotProblems.Superseded, (await writer.CommitAsync(claimed.Root.Number + 2, second)).Problem!.Code);
        Assert.Equal(SnapshotProblems.Superseded, (await writer.CommitAsync(next!.Root.Number, second)).Problem!.Code);
        Assert.Equal(next.Hash, (await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!.Saved.Hash);
    }

    [Fact]
    public async Task A_commit_sent_again_is_the_same_commit()
    {
        var id = await stack.CreateReplAsync();
        var (_, writer, claimed) = await stack.CreateWriter(id).ClaimAsync();
        var page = await writer!.UploadFileAsync("workspace/a", "content");
        var commit = TestWriter.NewId();

        var first = await writer.CommitAsync(claimed!.Root.Number, page, commit);
        var again = await writer.CommitAsync(claimed.Root.Number, page, commit);
        await writer.CommitAsync(claimed.Root.Number + 1, page);
        var late = await writer.CommitAsync(claimed.Root.Number, page, commit);

        Assert.Equal(first.Committed!.Hash, again.Committed!.Hash);
        Assert.Equal(first.Committed.Hash, late.Committed!.Hash);
    }

    [Fact]
    public async Task A_claim_shuts_out_whoever_wrote_before()
    {
        var id = await stack.CreateReplAsync();
        var (_, zombie, first) = await stack.CreateWriter(id).ClaimAsync();
        var page = await zombie!.UploadFileAsync("workspace/a", "of the zombie");
        var (_, _, second) = await stack.CreateWriter(id, "session-2").ClaimAsync();

        var late = await zombie.CommitAsync(first!.Root.Number, page);
        var lying = await zombie.CommitAsync(second!.Root.Number, page);

        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Equal(SnapshotProblems.Superseded, lying.Problem!.Code);
        Assert.Equal("session-2", lying.Problem.By!.Session);
        Assert.Equal(second.Hash, (await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!.Saved.Hash);
    }

    [Fact]
    public async Task A_claim_sent_again_gives_the_same_incarnation_and_one_root()
    {
        var id = await stack.CreateReplAsync();
        var claim = TestWriter.NewId();
        var bootstrap = stack.CreateWriter(id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => bootstrap.ClaimAsync(claim)));

        Assert.Single(answers.Select(answer => answer.Claimed!.Incarnation).Distinct());
        Assert.Equal(2, (await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!.Saved.Root);
    }

    [Fact]
    public async Task A_claim_is_told_to_wait_while_another_writer_may_write()
    {
        var core = await stack.StartCoreAsync(services => services.TryAddSingleton<IWriterGrants, NoWriter>());
        var id = await stack.CreateReplAsync();

        var (status, _, _) = await stack.CreateWriter(id, core: core).ClaimAsync();

        Assert.Equal(HttpStatusCode.Locked, status);
        Assert.Equal(1, (await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!.Saved.Root);
    }

    [Fact]
    public async Task A_claim_for_an_attempt_is_no_save_yet_and_its_commit_is()
    {
        var id = await stack.CreateReplAsync();
        var (_, writer, claimed) = await stack.CreateWriter(id).ClaimAsync(attempt: "stop-7");
        Assert.Null((await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!.Attempt);

        await writer!.CommitAsync(claimed!.Root.Number, await writer.UploadFileAsync("workspace/a", "x"));

        Assert.Equal("stop-7", (await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!.Attempt);
    }

    private sealed class NoWriter : IWriterGrants
    {
        public Task<WriterGrant> MayClaimAsync(Writer writer, CancellationToken cancellationToken) => Task.FromResult(WriterGrant.Later);
    }
}

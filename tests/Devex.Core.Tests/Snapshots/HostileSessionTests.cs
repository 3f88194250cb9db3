using System.Net;
using Devex.Contracts.Snapshots;
using Devex.Core.Snapshots;
using Devex.Core.Tests.Snapshots.Fixtures;
using Devex.Snapshots;
using Devex.Snapshots.Packs;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Snapshots;

[Trait("Tier", "integration")]
public sealed class HostileSessionTests(SnapshotStack stack) : IClassFixture<SnapshotStack>
{
    [Fact]
    public async Task Every_route_refuses_a_caller_without_a_token_for_this_repl()
    {
        var id = await stack.CreateReplAsync();
        var other = await stack.CreateReplAsync();
        var (_, stranger, claimed) = await stack.CreateWriter(other).ClaimAsync();
        foreach (var token in new[] { "", "nonsense", claimed!.Token, stack.Snapshots.IssueBootstrapToken(stack.Owner, id, "s", "w") })
        {
            var writer = new TestWriter(SnapshotStack.UrlOf(stack.Core), id, token);
            Assert.Equal(HttpStatusCode.Unauthorized, await writer.GetRootAsync());
            Assert.Equal(HttpStatusCode.Unauthorized, (await writer.CommitAsync(1, new CommitPage(SnapshotScope.User, ""))).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await writer.PostAsync("uploads", new UploadRequest([]), SnapshotsJson.Default.UploadRequest, SnapshotsJson.Default.UploadList)).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await writer.PostAsync("downloads", new DownloadRequest(1, []), SnapshotsJson.Default.DownloadRequest, SnapshotsJson.Default.DownloadList)).Status);
        }
        foreach (var token in new[] { "", "nonsense", claimed!.Token, stack.Snapshots.IssueBootstrapToken(stack.Owner, other, "s", "w") })
            Assert.Equal(HttpStatusCode.Unauthorized, await ProgressAsync(new TestWriter(SnapshotStack.UrlOf(stack.Core), id, token), new ProgressReport("saving", 0, 0)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await new TestWriter(SnapshotStack.UrlOf(stack.Core), other, claimed.Token).ClaimAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, await stranger!.GetRootAsync());
    }

    [Fact]
    public async Task An_upload_address_takes_exactly_the_bytes_it_was_made_for_and_once()
    {
        var (_, writer, _) = await stack.CreateWriter(await stack.CreateReplAsync()).ClaimAsync();
        var bytes = "some bytes"u8.ToArray();
        var request = new UploadRequest([new UploadObject(SnapshotObjectKind.Pack, Digest.Of(bytes).ToString(), bytes.Length)]);
        var (_, list, _) = await writer!.PostAsync("uploads", request, SnapshotsJson.Default.UploadRequest, SnapshotsJson.Default.UploadList);
        var upload = list!.Uploads[0];

        Assert.Equal(HttpStatusCode.BadRequest, await TestWriter.PutAsync(upload, "other byte"u8.ToArray()));
        Assert.Equal(HttpStatusCode.Forbidden, await TestWriter.PutAsync(upload, "longer than it said"u8.ToArray()));
        Assert.Equal(HttpStatusCode.Forbidden, await TestWriter.PutAsync(upload, bytes, dropHeader: "if-none-match"));
        Assert.Equal(HttpStatusCode.OK, await TestWriter.PutAsync(upload, bytes));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await TestWriter.PutAsync(upload, bytes));
    }

    [Fact]
    public async Task Only_what_the_root_names_can_be_downloaded()
    {
        var (_, writer, claimed) = await stack.CreateWriter(await stack.CreateReplAsync()).ClaimAsync();
        foreach (var item in new[]
        {
            new SnapshotObject(SnapshotObjectKind.Pack, SnapshotScope.User, new string('a', 64)),
            new SnapshotObject(SnapshotObjectKind.Pack, SnapshotScope.User, "../../../users/local-bob/user.json"),
        })
        {
            var (status, _, _) = await writer!.PostAsync(
                "downloads", new DownloadRequest(claimed!.Root.Number, [item]), SnapshotsJson.Default.DownloadRequest, SnapshotsJson.Default.DownloadList);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        }
    }

    [Fact]
    public async Task A_commit_of_what_is_not_there_or_not_sound_is_refused()
    {
        var (_, writer, claimed) = await stack.CreateWriter(await stack.CreateReplAsync()).ClaimAsync();
        var parent = claimed!.Root.Number;
        var absent = new PackName(SnapshotScope.User, Digest.Of("no such pack"u8));
        var foreign = new PackName(SnapshotScope.Template, Digest.Of("no such pack"u8));
        var bytes = "x"u8.ToArray();

        async Task RefusedAsync(CommitPage page) => Assert.Equal(SnapshotProblems.Invalid, (await writer!.CommitAsync(parent, page)).Problem!.Code);

        await RefusedAsync(new CommitPage(SnapshotScope.User, new string('b', 64)));
        await RefusedAsync(new CommitPage(SnapshotScope.User, "../x"));
        await RefusedAsync(new CommitPage(SnapshotScope.Template, new string('b', 64)));
        foreach (var pack in new[] { absent, foreign })
        {
            var extent = new Extent { Pack = pack, Offset = 24, Skip = 0 };
            await RefusedAsync(await PageWithAsync(writer!, extent, bytes));
        }
        var garbage = "no page"u8.ToArray();
        await writer!.PutAsync(SnapshotObjectKind.Page, garbage);
        await RefusedAsync(new CommitPage(SnapshotScope.User, Digest.Of(garbage).ToString()));
    }

    [Fact]
    public async Task A_place_behind_the_end_of_a_pack_is_refused()
    {
        var (_, writer, claimed) = await stack.CreateWriter(await stack.CreateReplAsync()).ClaimAsync();
        var pack = new byte[100];
        await writer!.PutAsync(SnapshotObjectKind.Pack, pack);
        var page = await PageWithAsync(writer, new Extent { Pack = new PackName(SnapshotScope.User, Digest.Of(pack)), Offset = 90, Skip = 0 }, "x"u8.ToArray());

        Assert.Equal(SnapshotProblems.Invalid, (await writer.CommitAsync(claimed!.Root.Number, page)).Problem!.Code);
    }

    [Fact]
    public async Task More_than_the_quota_is_refused_and_the_head_stays()
    {
        var core = await stack.StartCoreAsync(services => services.PostConfigure<SpaceLimits>(options => options.Bytes = 100));
        var id = await stack.CreateReplAsync();
        var (_, writer, claimed) = await stack.CreateWriter(id, core: core).ClaimAsync();
        var page = await writer!.UploadFileAsync("workspace/a", new string('x', 101));

        Assert.Equal(SnapshotProblems.Quota, (await writer.CommitAsync(claimed!.Root.Number, page)).Problem!.Code);
        Assert.Equal(claimed.Hash, (await stack.Snapshots.HeadAsync(stack.Owner, id, CancellationToken.None))!.Saved.Hash);
    }

    [Fact]
    public async Task Bad_requests_are_answered_400()
    {
        var bootstrap = stack.CreateWriter(await stack.CreateReplAsync());
        var (_, writer, _) = await bootstrap.ClaimAsync();
        var tooLarge = new UploadRequest([new UploadObject(SnapshotObjectKind.Pack, new string('a', 64), SnapshotFormat.MaxPackBytes + 1)]);
        var noHash = new UploadRequest([new UploadObject(SnapshotObjectKind.Page, "../../x", 10)]);
        foreach (var request in new[] { new UploadRequest([]), tooLarge, noHash })
            Assert.Equal(HttpStatusCode.BadRequest, (await writer!.PostAsync("uploads", request, SnapshotsJson.Default.UploadRequest, SnapshotsJson.Default.UploadList)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, await ProgressAsync(bootstrap, new ProgressReport("saving", 10, 5)));
        Assert.Equal(HttpStatusCode.BadRequest, await ProgressAsync(bootstrap, new ProgressReport("dancing", 0, 0)));
    }

    private static async Task<HttpStatusCode> ProgressAsync(TestWriter writer, ProgressReport report) =>
        (await writer.PostAsync("progress", report, SnapshotsJson.Default.ProgressReport, SnapshotsJson.Default.Committed)).Status;

    private static Task<CommitPage> PageWithAsync(TestWriter writer, Extent extent, byte[] content)
    {
        // Lengths are set by reading, as a hostile writer's own encoder would.
        var set = extent.GetType();
        set.GetProperty(nameof(Extent.Stored))!.SetValue(extent, 20);
        set.GetProperty(nameof(Extent.Length))!.SetValue(extent, content.Length);
        return writer.UploadPageAsync([TestWriter.Folder("workspace"), TestWriter.File("workspace/a", content, [extent])]);
    }
}

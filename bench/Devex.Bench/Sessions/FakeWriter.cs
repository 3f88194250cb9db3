using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Runner.Snapshots;
using Devex.Testing;

namespace Devex.Bench.Sessions;

/// <summary>
/// What restore and save ask of Core: a claim, the addresses of what is to be restored, and at a stop a claim and a commit of the same files. Nothing is fetched from S3 and nothing
/// has changed: packs pass Core by.
/// </summary>
internal sealed class FakeWriter(KubernetesApi api, Resources resources) : IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);

    private readonly TempFolder _folder = new("devex-load-");
    private readonly HttpClient _http = SessionHttp.Create();

    public async Task RestoreAsync(ReplId id, string uid, CancellationToken cancellationToken)
    {
        var core = await CoreAsync(id, uid, cancellationToken);
        var claimed = await ClaimAsync(core, new ClaimRequest(RandomId.New(), null, Restored: false, uid), cancellationToken);
        await core.DownloadsAsync(
            claimed.Token,
            new DownloadRequest(claimed.Root.Number,
            [
                .. claimed.Root.Pages.Select(page => new SnapshotObject(SnapshotObjectKind.Page, page.Scope, page.Hash)),
                .. claimed.Root.Packs.Select(pack => new SnapshotObject(SnapshotObjectKind.Pack, pack.Scope, pack.Hash)),
            ]),
            cancellationToken);
    }

    public async Task SaveAsync(ReplId id, string uid, string attempt, CancellationToken cancellationToken)
    {
        var core = await CoreAsync(id, uid, cancellationToken);
        var claimed = await ClaimAsync(core, new ClaimRequest(RandomId.New(), attempt, Restored: true, uid), cancellationToken);
        await core.CommitAsync(
            claimed.Token,
            new CommitRequest(
                RandomId.New(), claimed.Root.Number, [.. claimed.Root.Pages.Select(page => new CommitPage(page.Scope, page.Hash))],
                new SessionInstant("00000000-0000-0000-0000-000000000000", Environment.TickCount64 * 1_000_000), [], Restored: true),
            cancellationToken);
        Directory.Delete(_folder[uid], recursive: true);
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    private static async Task<Claimed> ClaimAsync(CoreClient core, ClaimRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await core.ClaimAsync(request, cancellationToken);
            }
            catch (HeldException)
            {
                await Task.Delay(Again, cancellationToken);
            }
        }
    }

    /// <summary>Core as the session's Secret names it, which a kubelet reads for each pod.</summary>
    private async Task<CoreClient> CoreAsync(ReplId id, string uid, CancellationToken cancellationToken)
    {
        var secret = await api.FindAsync(resources.Secrets, SessionNames.Of(id), cancellationToken) ?? throw new InvalidOperationException($"{id} has no Secret.");
        var control = Directory.CreateDirectory(_folder[uid]).FullName;
        foreach (var (name, content) in secret.Data)
            await File.WriteAllBytesAsync(Path.Combine(control, name), content, cancellationToken);
        return new CoreClient(_http, new ControlFolder(control), id);
    }
}

using Devex.Contracts.Snapshots;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Pages;

namespace Devex.Runner.Saving;

/// <summary>Makes and uploads the pages that S3 does not have.</summary>
internal sealed class PageObjects
{
    private const int AtOnce = 16;

    private readonly HashSet<Digest> _condemned = [];

    /// <summary>A page of this name will be deleted: the same entries get another one.</summary>
    public void Avoid(Digest page) => _condemned.Add(page);

    public async Task UploadAsync(SavedIndex next, SavedIndex former, ObjectTransfer transfer, string token, CancellationToken cancellationToken)
    {
        var known = former.Pages.Where(page => page.Scope == SnapshotScope.User).Select(page => page.Hash).ToHashSet();
        var batch = new List<(UploadObject, ReadOnlyMemory<byte>)>();
        foreach (var page in next.Pages.Where(page => page.Hash is not { } hash || _condemned.Contains(hash)))
        {
            var bytes = Encode(page);
            page.Hash = Digest.Of(bytes);
            page.Unkept = true;
            if (known.Contains(page.Hash))
                continue;
            batch.Add((new UploadObject(SnapshotObjectKind.Page, page.Hash.ToString()!, bytes.Length), bytes));
            if (batch.Count < AtOnce)
                continue;
            await transfer.PutAsync(token, batch, cancellationToken);
            batch.Clear();
        }
        if (batch.Count > 0)
            await transfer.PutAsync(token, batch, cancellationToken);
    }

    private byte[] Encode(IndexPage page)
    {
        var entries = page.Items.Select(item => item.Entry).ToList();
        for (var salt = 0; ; salt++)
        {
            var bytes = Page.Encode(entries, salt);
            if (_condemned.Count == 0 || !_condemned.Contains(Digest.Of(bytes)))
                return bytes;
        }
    }
}

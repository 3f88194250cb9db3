using System.Buffers.Text;
using System.Security.Cryptography;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Sessions;

namespace Devex.Runner.Files;

/// <summary>One-use download paths: a page can only navigate to a download, and a navigation carries no token.</summary>
internal sealed class FileDownloads(WorkspaceFiles files, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    private const int MaxOffers = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Grant Grant, LinkFile Link, DateTimeOffset Until)> _offers = new(StringComparer.Ordinal);

    /// <summary>Makes a path that works once within 60 s.</summary>
    public FileLink Offer(Grant grant, LinkFile link)
    {
        var kind = files.KindBehind(link.Path) ?? throw FileErrors.Missing(link.Path);
        if (link.Archive != (kind == FileKind.Folder))
            throw link.Archive ? new SessionException(ErrorCodes.WrongKind, "files.notFolder", "It is not a folder.", link.Path) : FileErrors.IsAFolder(link.Path);
        if (kind == FileKind.Other)
            throw FileErrors.NotAFile(link.Path);
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var (old, _) in _offers.Where(offer => offer.Value.Until < now).ToList())
                _offers.Remove(old);
            if (_offers.Count >= MaxOffers)
                throw new SessionException(ErrorCodes.TooMany, "files.links", "Too many downloads were asked for; try again in a minute.");
            _offers.Add(code, (grant, link, now + Lifetime));
        }
        return new FileLink($"/downloads/{code}");
    }

    /// <summary>Takes an offer up; null when there is none, or its maker lost access.</summary>
    public LinkFile? Take(string code)
    {
        lock (_gate)
        {
            return _offers.Remove(code, out var offer) && offer.Until >= time.GetUtcNow() && !offer.Grant.Revoked.IsCancellationRequested
                ? offer.Link
                : null;
        }
    }
}

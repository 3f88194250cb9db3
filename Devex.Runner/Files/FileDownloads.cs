using System.Buffers.Text;
using System.Security.Cryptography;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Sessions;

namespace Devex.Runner.Files;

/// <summary>
/// Download paths: a page can only navigate to a download, and a navigation carries no token. A path works once. Of a file, whoever was answered by it may go on where the connection was
/// lost: they name the version that they were told, which nobody learns from the path.
/// </summary>
internal sealed class FileDownloads(WorkspaceFiles files, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interruption = TimeSpan.FromMinutes(10);
    private const int MaxOffers = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Offered> _offers = new(StringComparer.Ordinal);

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
            MakeRoom(now);
            _offers.Add(code, new(grant, link) { Until = now + Lifetime });
        }
        return new FileLink($"/downloads/{code}");
    }

    /// <summary>Takes an offer up, until the answer is disposed of; null when there is none, its maker lost access, or it is to be gone on with and they left.</summary>
    public Download? Take(string code)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (!_offers.TryGetValue(code, out var offer) || (offer.Running == 0 && offer.Until < now) || offer.Grant.Revoked.IsCancellationRequested || (offer.Begun && !offer.Grant.IsValid(now)))
                return null;
            var first = !offer.Begun;
            if (offer.Link.Archive)
                _offers.Remove(code);
            (offer.Begun, offer.Running) = (true, offer.Running + 1);
            return new(offer.Link, first, () => End(offer));
        }
    }

    private void End(Offered offer)
    {
        lock (_gate)
        {
            offer.Running--;
            offer.Until = time.GetUtcNow() + Interruption;
        }
    }

    /// <summary>Forgets what nobody can use any more; of too many, the download that was left first.</summary>
    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var (old, offer) in _offers.ToList())
        {
            if (offer.Running == 0 && offer.Until < now)
                _offers.Remove(old);
        }
        if (_offers.Count < MaxOffers)
            return;
        var left = _offers.Where(entry => entry.Value is { Begun: true, Running: 0 }).Select(entry => entry.Key).MinBy(code => _offers[code].Until)
            ?? throw new SessionException(ErrorCodes.TooMany, "files.links", "Too many downloads were asked for; try again in a minute.");
        _offers.Remove(left);
    }

    private sealed class Offered(Grant grant, LinkFile link)
    {
        public Grant Grant { get; } = grant;

        public LinkFile Link { get; } = link;

        public DateTimeOffset Until { get; set; }

        public bool Begun { get; set; }

        public int Running { get; set; }
    }
}

/// <summary>A download that is being answered.</summary>
/// <param name="Link">What of.</param>
/// <param name="First">Whether nobody was answered by its path before.</param>
internal sealed record Download(LinkFile Link, bool First, Action End) : IDisposable
{
    public void Dispose() => End();
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Core.Environments;
using Devex.Core.Errors;
using Devex.Core.Identity;
using Devex.Core.Repls;

namespace Devex.Core.Previews;

/// <summary>
/// Links by which people without an account see one port of a REPL. A link's secret has 256 random bits and is for its port alone; it is kept
/// encrypted, bound to REPL, port and link, so that one that is moved opens nothing.
/// </summary>
internal sealed class PreviewLinks(SecretBox box, UserDirectory users, AllowList allow, TimeProvider time)
{
    private const int Most = 20;
    private const int MaxDays = 90;
    private const int SecretBytes = 32;
    private const int SecretLength = 43;

    /// <summary>A new link, which is nothing before its record is kept.</summary>
    /// <exception cref="ApiProblem">400 for days out of range.</exception>
    public PreviewLinkRecord New(ReplId repl, int port, int? days)
    {
        if (days is < 1 or > MaxDays)
            throw ApiProblem.Invalid("days", "preview.days", $"A preview is open by link for 1 to {MaxDays} days, or without an end.");
        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var now = time.GetUtcNow();
        return new PreviewLinkRecord(port, id, box.Seal(Of(repl, port, id), secret), now, days is { } count ? now + TimeSpan.FromDays(count) : null);
    }

    /// <summary>The link's secret; null when this installation's key does not open it.</summary>
    public string? Secret(ReplId repl, PreviewLinkRecord link) => box.Open(Of(repl, link.Port, link.Id), link.Sealed);

    /// <summary>The link of a port that is open now; null when it is private.</summary>
    public PreviewLinkRecord? Find(ReplRecord repl, int port)
    {
        var now = time.GetUtcNow();
        return repl.PreviewLinks.FirstOrDefault(link => link.Port == port && link.IsOpen(now));
    }

    /// <summary>The link that a secret opens now; null when there is none, or not any more.</summary>
    public PreviewLinkRecord? Find(ReplRecord repl, int port, string? secret) =>
        secret is { Length: SecretLength } && repl.DeletedAt is null && Find(repl, port) is { } link && Secret(repl.Id, link) is { } kept
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(kept), Encoding.UTF8.GetBytes(secret))
            ? link
            : null;

    /// <summary>The record with a link, in place of any that its port had.</summary>
    /// <exception cref="ApiProblem">409 when as many ports are open as may be.</exception>
    public static ReplRecord With(ReplRecord repl, PreviewLinkRecord link)
    {
        PreviewLinkRecord[] others = [.. repl.PreviewLinks.Where(other => other.Port != link.Port && other.IsOpen(link.CreatedAt))];
        return others.Length < Most
            ? repl with { PreviewLinks = [.. others, link] }
            : throw ApiProblem.Conflict("preview.limit", $"{Most} ports are open by link, the most a REPL may have. Make one private first.");
    }

    /// <summary>The record with a port private; the same one when it is.</summary>
    public static ReplRecord Without(ReplRecord repl, int port) =>
        repl.PreviewLinks.Any(link => link.Port == port) ? repl with { PreviewLinks = [.. repl.PreviewLinks.Where(link => link.Port != port)] } : repl;

    /// <summary>What is open, as members see it.</summary>
    public static IReadOnlyList<PreviewLink> View(ReplRecord repl, DateTimeOffset now) =>
        [.. repl.PreviewLinks.Where(link => link.IsOpen(now)).OrderBy(link => link.Port).Select(View)];

    public static PreviewLink View(PreviewLinkRecord link) => new(link.Port, link.CreatedAt, link.ExpiresAt);

    /// <summary>A location with who may see its previews: of the REPL's people those who may be here at all; nobody, when it is in the trash or gone.</summary>
    public async Task<SessionLocation> AdmitAsync(SessionLocation location, ReplRecord? repl, CancellationToken cancellationToken) => repl is { DeletedAt: null }
        ? location with
        {
            People = [.. (await users.FindAsync([repl.Owner, .. repl.Members.Keys.Select(member => UserId.Parse(member))], cancellationToken)).Where(allow.Admits).Select(user => user.Id)],
            PreviewLinks = [.. repl.PreviewLinks.Select(link => new OpenPreviewLink(link.Port, link.Id, link.ExpiresAt))],
        }
        : location with { People = [], PreviewLinks = [] };

    private static string Of(ReplId repl, int port, string id) => $"{Variables.Of(repl)}/preview/{port}/{id}";
}

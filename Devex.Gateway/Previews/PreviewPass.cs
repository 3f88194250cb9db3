using Devex.Contracts;
using Devex.Contracts.Gateway;

namespace Devex.Gateway.Previews;

/// <summary>Whom a preview's cookie stands for: a person, or a link.</summary>
/// <param name="User">The person; null for a link.</param>
/// <param name="Link">The link's id; null for a person.</param>
/// <param name="ExpiresAt">UTC; over, it admits to nothing.</param>
internal sealed record PreviewPass(UserId? User, string? Link, DateTimeOffset ExpiresAt)
{
    public bool IsOver(DateTimeOffset now) => ExpiresAt <= now;

    /// <summary>Whether that one may see this port, by what Core said last.</summary>
    public bool Admits(SessionLocation location, int port, DateTimeOffset now) => Link is null
        ? User is { } user && location.People?.Contains(user) == true
        : LinkIn(location, port) is { } link && (link.ExpiresAt is not { } end || end > now);

    /// <summary>When what is open then ends: with the cookie, and with its link where that is earlier.</summary>
    public DateTimeOffset EndIn(SessionLocation location, int port) => LinkIn(location, port)?.ExpiresAt is { } end && end < ExpiresAt ? end : ExpiresAt;

    private OpenPreviewLink? LinkIn(SessionLocation location, int port) =>
        Link is null ? null : location.PreviewLinks?.FirstOrDefault(link => link.Port == port && link.Id == Link);
}

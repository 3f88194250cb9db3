namespace Devex.Core.Previews;

/// <summary>A port that is open by link, as it is kept with its REPL.</summary>
/// <param name="Port">The port.</param>
/// <param name="Id">Names the link in the cookies of its visitors; not secret. Another link of the same port has another.</param>
/// <param name="Sealed">The link's secret, encrypted, so that its owner can copy the link again.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC; null for no end.</param>
internal sealed record PreviewLinkRecord(int Port, string Id, string Sealed, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    public bool IsOpen(DateTimeOffset now) => ExpiresAt is null || ExpiresAt > now;
}

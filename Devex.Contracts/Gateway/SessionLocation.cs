namespace Devex.Contracts.Gateway;

/// <summary>Where a session's <c>serve</c> listens, as Core tells the Gateway.</summary>
/// <param name="ReplId">The REPL.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="Instance">The <c>serve</c> instance; changes with each start.</param>
/// <param name="Address"><c>unix:/path</c> or <c>http://10.0.0.7:7070</c>.</param>
/// <param name="TunnelToken">ES256 JWT with audience <c>devex-tunnel</c> for <c>/ports/{port}</c> of this instance.</param>
/// <param name="TunnelTokenExpiresAt">UTC; ask again before.</param>
/// <param name="People">Who may see its previews now; nobody where it does not say.</param>
/// <param name="PreviewLinks">Ports that are open by link now.</param>
public sealed record SessionLocation(
    ReplId ReplId, UserId Owner, string Instance, string Address, string TunnelToken, DateTimeOffset TunnelTokenExpiresAt,
    IReadOnlyList<UserId>? People = null, IReadOnlyList<OpenPreviewLink>? PreviewLinks = null);

/// <summary>A port that is open by link.</summary>
/// <param name="Port">The port.</param>
/// <param name="Id">Names the link in the cookies of its visitors; not secret.</param>
/// <param name="ExpiresAt">UTC; null for no end.</param>
public sealed record OpenPreviewLink(int Port, string Id, DateTimeOffset? ExpiresAt);

/// <summary>Redeems a preview's one-use code.</summary>
public sealed record RedeemPreviewCode(string Code, ReplId ReplId, int Port);

/// <summary>Exchanges the secret of a preview's link.</summary>
public sealed record RedeemPreviewLink(string Secret, ReplId ReplId, int Port);

/// <summary>A redeemed preview sign-in.</summary>
/// <param name="Cookie">Value of <c>__Host-devex-preview</c>: ES256 JWT with audience <c>devex-preview</c>.</param>
/// <param name="ExpiresAt">UTC.</param>
public sealed record PreviewSignIn(string Cookie, DateTimeOffset ExpiresAt);

/// <summary>Core's public keys, newest first.</summary>
/// <param name="Keys">SubjectPublicKeyInfo of P-256 keys, base64.</param>
public sealed record PublicKeys(IReadOnlyList<string> Keys);

namespace Devex.Contracts.Api;

/// <summary>What one collection of a user's objects did, or would do.</summary>
/// <param name="User">Whose.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
/// <param name="Repls">REPLs looked at, trash included.</param>
/// <param name="Roots">Restore points kept.</param>
/// <param name="Thinned">Restore points removed.</param>
/// <param name="Live">Packs and pages that some restore point names.</param>
/// <param name="Condemned">Packs and pages that were condemned now: deleted a day later.</param>
/// <param name="Pardoned">Packs and pages that were condemned and are named again.</param>
/// <param name="Deleted">Packs and pages deleted.</param>
/// <param name="DeletedBytes">Their bytes.</param>
public sealed record CollectionReport(
    UserId User, bool DryRun, int Repls, int Roots, int Thinned, int Live, int Condemned, int Pardoned, int Deleted, long DeletedBytes);

/// <summary>Deletes the account of whoever asks.</summary>
/// <param name="Login">Their login, typed in as a sign that it is meant.</param>
public sealed record DeleteAccount(string Login);

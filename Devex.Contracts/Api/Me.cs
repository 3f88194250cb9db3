namespace Devex.Contracts.Api;

/// <summary>The reader and what this installation lets them do.</summary>
/// <param name="User">Who they are.</param>
/// <param name="Operator">May list, stop, force and suspend.</param>
/// <param name="Limits">Their limits.</param>
/// <param name="Runtime">Where sessions run.</param>
public sealed record Me(UserSummary User, bool Operator, UserLimits Limits, RuntimeInfo Runtime);

/// <summary>Limits of one user.</summary>
/// <param name="Repls">REPLs owned, trash not counted.</param>
/// <param name="Running">Sessions at once.</param>
public sealed record UserLimits(int Repls, int Running);

/// <summary>The runtime of this installation.</summary>
/// <param name="Kind"><c>process</c> or <c>kubernetes</c>.</param>
/// <param name="Isolated">Whether sessions are isolated from the host and from each other, as probed at start.</param>
/// <param name="Notice">A sentence for people when there is something to know, e.g. "not isolated: bubblewrap is not installed", or that storage is not durable.</param>
public sealed record RuntimeInfo(string Kind, bool Isolated, string? Notice);

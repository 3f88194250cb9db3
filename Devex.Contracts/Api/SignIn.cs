namespace Devex.Contracts.Api;

/// <summary>Who is signed in and which sign-ins are offered to this peer.</summary>
/// <param name="GitHub">Whether <c>/auth/github</c> is there.</param>
/// <param name="Local">Names of development identities; empty outside Development and for peers that are not loopback.</param>
/// <param name="User">Who is signed in by cookie; null when nobody is.</param>
public sealed record SignInState(bool GitHub, IReadOnlyList<string> Local, UserSummary? User);

/// <summary>Proof against cross-site requests, sent back in the header <c>X-Devex-Antiforgery</c> by cookie-authenticated state changes.</summary>
public sealed record AntiforgeryToken(string Token);

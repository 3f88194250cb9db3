namespace Devex.Contracts.Api;

/// <summary>A variable that programs get.</summary>
/// <param name="Name">Letters, digits and <c>_</c>, not beginning with a digit; at most 100.</param>
/// <param name="Secret">Whether its value is never shown again.</param>
/// <param name="Value">Null for a secret.</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record EnvironmentVariable(string Name, bool Secret, string? Value, DateTimeOffset UpdatedAt);

/// <summary>The variables of a REPL or of a user, by name.</summary>
/// <param name="Variables">Its own.</param>
/// <param name="Inherited">Names that a REPL has from its owner's account, those it has itself not counted; empty for a user.</param>
public sealed record EnvironmentList(IReadOnlyList<EnvironmentVariable> Variables, IReadOnlyList<string> Inherited);

/// <summary>Sets a variable.</summary>
/// <param name="Value">At most 32 KiB of UTF-8, without NUL; may be empty.</param>
/// <param name="Secret">Whether it is never shown again.</param>
public sealed record SetEnvironmentVariable(string? Value, bool Secret = true);

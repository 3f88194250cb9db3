namespace Devex.Core.Environments;

/// <summary>A variable as it is kept with its REPL or user.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Secret">Whether nobody is shown its value.</param>
/// <param name="Sealed">Its value, encrypted by <see cref="SecretBox"/>; those that are no secrets too.</param>
/// <param name="UpdatedAt">UTC.</param>
internal sealed record StoredVariable(string Name, bool Secret, string Sealed, DateTimeOffset UpdatedAt);

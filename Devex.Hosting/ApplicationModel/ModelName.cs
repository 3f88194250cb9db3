namespace Devex.Hosting.ApplicationModel;

/// <summary>The rule that names of resources and endpoints obey, so that they can be host names and parts of variable names.</summary>
internal static class ModelName
{
    private const int MaxLength = 64;

    /// <exception cref="ArgumentException">The name breaks the rule; the message says how.</exception>
    public static void Validate(string kind, string? name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var problem = name switch
        {
            { Length: > MaxLength } => $"is longer than {MaxLength} characters",
            _ when !char.IsAsciiLetter(name[0]) => "must start with an ASCII letter",
            _ when !name.All(character => char.IsAsciiLetterOrDigit(character) || character == '-') => "may have ASCII letters, digits and hyphens only",
            _ when name.Contains("--", StringComparison.Ordinal) => "may not have two hyphens in a row",
            _ when name.EndsWith('-') => "may not end with a hyphen",
            _ => null,
        };
        if (problem is not null)
        {
            throw new ArgumentException($"{kind} name '{name}' {problem}.", nameof(name));
        }
    }
}

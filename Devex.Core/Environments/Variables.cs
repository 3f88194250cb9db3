using System.Text;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Errors;

namespace Devex.Core.Environments;

/// <summary>Lists of variables, changed as one record and shown without what is secret.</summary>
internal sealed class Variables(SecretBox box, TimeProvider time)
{
    private const int Most = 100;
    private const int LongestName = 100;
    private const int LargestValue = 32 * 1024;
    private const int LargestSum = 64 * 1024;

    // A session sets these itself, and a shell that got others would not be one.
    private static readonly string[] Reserved = ["TERM", "COLORTERM", "HOME", "USER", "LOGNAME", "SHELL", "PROMPT_COMMAND", "LD_PRELOAD", "LD_LIBRARY_PATH"];

    public static string Of(ReplId repl) => $"repl/{repl}";

    public static string Of(UserId user) => $"user/{user}";

    /// <summary>Parses the name in an address.</summary>
    public static string Name(string name)
    {
        if (name.Length is 0 or > LongestName || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw ApiProblem.Invalid("name", "variable.name", $"A name has 1 to {LongestName} letters, digits and _, and does not begin with a digit.");
        if (Reserved.Contains(name) || name.StartsWith("DEVEX_", StringComparison.Ordinal))
            throw ApiProblem.Invalid("name", "variable.reserved", $"{name} is set by Devex itself. Choose another name.");
        return name;
    }

    /// <summary>Parses a value.</summary>
    public static string Value(string? value)
    {
        if (value is null || Encoding.UTF8.GetByteCount(value) > LargestValue)
            throw ApiProblem.Invalid("value", "variable.value", $"Give a value of at most {LargestValue / 1024} KiB; it may be empty.");
        return value.Contains('\0', StringComparison.Ordinal) ? throw ApiProblem.Invalid("value", "variable.value", "A value cannot hold NUL.") : value;
    }

    /// <summary>The list with a variable set.</summary>
    /// <exception cref="ApiProblem">409 when there are as many, or as large ones, as may be.</exception>
    public IReadOnlyList<StoredVariable> With(IReadOnlyList<StoredVariable> list, string belongsTo, string name, string value, bool secret)
    {
        StoredVariable[] next =
        [
            .. list.Where(variable => variable.Name != name),
            new(name, secret, box.Seal($"{belongsTo}/{name}", value), time.GetUtcNow()),
        ];
        if (next.Length > Most)
            throw ApiProblem.Conflict("variable.limit", $"There are {Most} variables, the most there may be. Remove one first.");
        if (next.Sum(variable => variable.Sealed.Length) > LargestSum * 4 / 3)
            throw ApiProblem.Conflict("variable.limit", $"Together values have at most {LargestSum / 1024} KiB. Put what is larger into a file.");
        return next;
    }

    /// <summary>The list without a variable.</summary>
    /// <exception cref="ApiProblem">404.</exception>
    public static IReadOnlyList<StoredVariable> Without(IReadOnlyList<StoredVariable> list, string name) =>
        list.Any(variable => variable.Name == name)
            ? [.. list.Where(variable => variable.Name != name)]
            : throw new ApiProblem(StatusCodes.Status404NotFound, "variable.notFound", "There is no such variable.");

    /// <summary>As people see it: no value of a secret.</summary>
    public EnvironmentList View(IReadOnlyList<StoredVariable> list, string belongsTo, IReadOnlyList<StoredVariable> inherited) => new(
        [
            .. list.OrderBy(variable => variable.Name, StringComparer.Ordinal)
                .Select(variable => new EnvironmentVariable(
                    variable.Name, variable.Secret, variable.Secret ? null : Open(variable, belongsTo), variable.UpdatedAt)),
        ],
        [.. inherited.Select(variable => variable.Name).Except(list.Select(variable => variable.Name)).Order(StringComparer.Ordinal)]);

    /// <summary>Its value; null when this installation's key does not open it.</summary>
    public string? Open(StoredVariable variable, string belongsTo) => box.Open($"{belongsTo}/{variable.Name}", variable.Sealed);
}

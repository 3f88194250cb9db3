using System.Globalization;
using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Access;

/// <summary>What requests say behind their path, strictly.</summary>
internal static class Query
{
    private const int LongestName = 64;

    /// <summary>A name that a page made up; null when there is none.</summary>
    /// <exception cref="SessionException">400, with <paramref name="reason"/>: it cannot be one.</exception>
    public static string? Name(IQueryCollection query, string key, string reason)
    {
        if (query[key] is not [{ } name, ..])
            return null;
        return name.Length is > 0 and <= LongestName && name.All(char.IsAsciiLetterOrDigit)
            ? name
            : throw new SessionException(ErrorCodes.BadPath, reason, $"{key} is a name of up to {LongestName} letters and digits.");
    }

    /// <summary>A number, e.g. of bytes; 0 when there is none.</summary>
    /// <exception cref="SessionException">400, with <paramref name="reason"/>: it is not a number, or below 0.</exception>
    public static long Number(IQueryCollection query, string key, string reason)
    {
        if (query[key] is not [var text, ..])
            return 0;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new SessionException(ErrorCodes.BadPath, reason, $"{key} is a number.");
    }
}

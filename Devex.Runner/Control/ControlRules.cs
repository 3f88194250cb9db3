using Devex.Contracts;
using Devex.Contracts.Control;

namespace Devex.Runner.Control;

/// <summary>What a control request must keep to.</summary>
internal static class ControlRules
{
    /// <exception cref="FormatException">It does not; the message says where.</exception>
    public static void Check(ControlRequest control, bool first)
    {
        if (first && control.WebOrigin is null)
            throw new FormatException("The first one must bring webOrigin.");
        if (control.WebOrigin is { } origin && !IsOrigin(origin))
            throw new FormatException("webOrigin must be an origin such as https://devex.example.");
        foreach (var (user, role) in control.Roles ?? new Dictionary<string, Role>())
        {
            if (!UserId.TryParse(user, out _) || !Enum.IsDefined(role))
                throw new FormatException("roles must map user ids to roles.");
        }
        foreach (var (name, value) in control.Environment ?? new Dictionary<string, string>())
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || value is null || value.Contains('\0', StringComparison.Ordinal))
                throw new FormatException("environment has a name or value that no program could be given.");
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text;
}

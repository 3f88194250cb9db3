namespace Devex.Runner.Git;

/// <summary>
/// What git asks of a credential helper (gitcredentials(7)), as <see cref="CredentialHelper"/> passes it on: a line with the helper's process id, one with the action, and
/// attributes.
/// </summary>
/// <param name="Id">In front of the answer, so that no helper takes another's.</param>
/// <param name="Action"><c>get</c>, or afterwards <c>store</c> or <c>erase</c>: whether it was good.</param>
/// <param name="Protocol">Such as <c>https</c>.</param>
/// <param name="Host">With the port where it is not the usual one.</param>
/// <param name="Path">Of the repository, without a slash in front.</param>
/// <param name="Username">When the address has one.</param>
internal sealed record HelperRequest(string Id, string Action, string Protocol, string Host, string Path, string? Username)
{
    /// <summary>Null for what git would not say.</summary>
    public static HelperRequest? Parse(string message)
    {
        if (message.Split('\n') is not [{ Length: > 0 and <= 20 } id, { Length: > 0 } action, .. var lines] || !id.All(char.IsAsciiDigit))
            return null;
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (line.Split('=', 2) is [var name, var value])
                attributes[name] = value;
        }
        return new HelperRequest(id, action, Of("protocol") ?? "", Of("host") ?? "", Of("path") ?? "", Of("username"));

        string? Of(string name) => attributes.GetValueOrDefault(name) is { Length: > 0 and <= 1000 } value && !value.Any(char.IsControl) ? value : null;
    }

    /// <summary>Whether the same credential answers both.</summary>
    public bool IsLike(HelperRequest other) => (Protocol, Host, Path) == (other.Protocol, other.Host, other.Path);
}

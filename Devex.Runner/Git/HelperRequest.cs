namespace Devex.Runner.Git;

/// <summary>What git asks of a credential helper (gitcredentials(7)), as <see cref="CredentialHelper"/> passes it on: a line with the action, and attributes.</summary>
/// <param name="Action"><c>get</c>, or afterwards <c>store</c> or <c>erase</c>: whether it was good.</param>
/// <param name="Protocol">Such as <c>https</c>.</param>
/// <param name="Host">With the port as the address has it.</param>
/// <param name="Path">Of the repository, without a slash in front.</param>
/// <param name="Username">When the address has one.</param>
internal sealed record HelperRequest(string Action, string Protocol, string Host, string Path, string? Username)
{
    public static HelperRequest Parse(string message)
    {
        var lines = message.Split('\n');
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines[1..])
        {
            if (line.Split('=', 2) is [var name, var value])
                attributes[name] = value;
        }
        return new HelperRequest(lines[0], Of("protocol") ?? "", Of("host") ?? "", Of("path") ?? "", Of("username"));

        string? Of(string name) => attributes.GetValueOrDefault(name) is { Length: > 0 and <= 1000 } value && !value.Any(char.IsControl) ? value : null;
    }
}

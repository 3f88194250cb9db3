using Devex.Contracts;
using Devex.Contracts.Control;

namespace Devex.Runner.Control;

/// <summary>What a control request must keep to.</summary>
internal static class ControlRules
{
    private const int MostLanguageServers = 20;

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
        var servers = control.LanguageServers ?? [];
        if (servers.Count > MostLanguageServers || servers.DistinctBy(server => server.Id).Count() != servers.Count || !servers.All(IsLanguageServer))
            throw new FormatException($"languageServers must be at most {MostLanguageServers}, each with its own id of a-z, 0-9 and '-', a command and languages.");
    }

    private static bool IsLanguageServer(LanguageServerSpec server) =>
        server is { Id.Length: > 0 and <= 32, Name.Length: > 0, Command.Length: > 0, Languages.Count: > 0, MemoryMegabytes: > 0 }
        && IsKey(server.Id) && IsKey(server.Package ?? "") && !server.Command.AsSpan().ContainsAny('/', '\0')
        && (server.Arguments ?? []).All(argument => !argument.Contains('\0', StringComparison.Ordinal));

    private static bool IsKey(string text) => text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text;
}

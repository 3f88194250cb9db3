using Devex.Contracts;

namespace Devex.Runner.Serving;

/// <summary>What the runtime gave to this session; see "What a session gets" in docs/architecture.md.</summary>
/// <param name="ReplId">The REPL served.</param>
/// <param name="Listen"><c>unix:/path</c> or <c>http://address:port</c>.</param>
/// <param name="CoreKey">Core's public key, SubjectPublicKeyInfo in base64.</param>
/// <param name="Workspace">Folder of the user's files, as programs see it.</param>
/// <param name="Home">The user's home folder.</param>
/// <param name="Journal">Folder of the documents' journals; outside the workspace.</param>
/// <param name="Languages">Folder of language servers that the runtime brings, one set of packages in each folder; null when there is none.</param>
internal sealed record ServeOptions(
    ReplId ReplId, string Listen, string CoreKey, string Workspace, string Home, string Journal, string? Languages = null)
{
    /// <summary>Reads the variables, or says which one is missing or wrong.</summary>
    /// <exception cref="UsageException">A variable is missing or malformed.</exception>
    public static ServeOptions FromEnvironment(Func<string, string?> variable)
    {
        if (!ReplId.TryParse(variable("DEVEX_REPL"), out var replId))
            throw new UsageException("DEVEX_REPL must be the id of a REPL.");
        var files = variable("DEVEX_FILES");
        return new ServeOptions(
            replId,
            Required("DEVEX_LISTEN"),
            Required("DEVEX_CORE_KEY"),
            Folder("DEVEX_WORKSPACE", "workspace"),
            Folder("DEVEX_HOME", "home"),
            Folder("DEVEX_JOURNAL", "journal"),
            variable("DEVEX_LANGUAGES") is { Length: > 0 } languages ? languages : null);

        string Required(string name) =>
            variable(name) is { Length: > 0 } value ? value : throw new UsageException($"{name} must be set.");

        string Folder(string name, string child)
        {
            var path = variable(name) is { Length: > 0 } value ? value
                : files is { Length: > 0 } ? Path.Combine(files, child)
                : throw new UsageException($"{name} or DEVEX_FILES must be set.");
            return Path.IsPathRooted(path) && Directory.Exists(path)
                ? path
                : throw new UsageException($"{name} must name a folder that exists by its full path; it is '{path}'.");
        }
    }
}

/// <summary>The command was started wrongly; the message says how.</summary>
internal sealed class UsageException(string message) : Exception(message);

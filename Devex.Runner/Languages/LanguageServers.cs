using Devex.Contracts.Protocol;
using Devex.Runner.Control;
using Devex.Runner.Documents;
using Devex.Runner.Files;
using Devex.Runner.Programs;
using Devex.Runner.Serving;
using Devex.Runner.Sessions;

namespace Devex.Runner.Languages;

/// <summary>What language servers need of the session.</summary>
internal sealed record LanguageHost(
    ServeOptions Options, SessionState Session, SessionHub Hub, ProgramTable Programs, DocumentStore Documents, DocumentHost DocumentHost,
    WorkspaceWatcher Watcher, TimeProvider Time, ILogger Logger)
{
    /// <summary>The workspace as a file URI, without a slash at the end.</summary>
    public string Root { get; } = new Uri(Options.Workspace.TrimEnd('/')).AbsoluteUri;
}

/// <summary>The language servers that the template declares: one of each for the whole REPL.</summary>
internal sealed class LanguageServers(
    ServeOptions options, SessionState session, SessionHub hub, ProgramTable programs, DocumentStore documents, DocumentHost documentHost,
    WorkspaceWatcher watcher, TimeProvider time, ILogger<LanguageServers> logger)
{
    private readonly LanguageHost _host = new(options, session, hub, programs, documents, documentHost, watcher, time, logger);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LanguageServer> _servers = new(StringComparer.Ordinal);

    public string Root => _host.Root;

    public IReadOnlyList<LanguageServerInfo> List() => [.. session.LanguageServers.Select(spec => Get(spec.Id).Info)];

    /// <exception cref="SessionException">404: the template declares no such server.</exception>
    public LanguageServer Get(string id)
    {
        var spec = session.LanguageServers.FirstOrDefault(spec => spec.Id == id)
            ?? throw new SessionException(ErrorCodes.NotFound, "languages.unknown", "This REPL's template declares no such language server.");
        lock (_gate)
        {
            if (!_servers.TryGetValue(id, out var server))
                _servers[id] = server = new LanguageServer(spec, _host);
            return server;
        }
    }

    /// <summary>Ends all of them; the program ends.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            foreach (var server in _servers.Values)
                server.Dispose();
        }
    }
}

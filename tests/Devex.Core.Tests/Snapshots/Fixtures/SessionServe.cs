using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Testing;
using Devex.Testing.Runner;

namespace Devex.Core.Tests.Snapshots.Fixtures;

/// <summary><c>serve</c> over a session's folders, and one page that types into a document.</summary>
internal sealed class SessionServe : IAsyncDisposable
{
    private static readonly ProtocolJson Json = ProtocolJson.Default;

    private readonly TempFolder _folder = new("devex-s-");
    private readonly RunnerSigner _signer = new();
    private readonly ProgramProcess _process;
    private readonly RunnerClient _client;
    private RunnerSession? _session;

    private SessionServe(ReplId id, SessionFolder files)
    {
        var address = $"unix:{_folder["s"]}";
        _process = ProgramProcess.Start(BuiltProgram.Path("Devex.Runner"), ["serve"], new Dictionary<string, string?>
        {
            ["DEVEX_REPL"] = id.ToString(),
            ["DEVEX_WORKSPACE"] = files["workspace"],
            ["DEVEX_HOME"] = files["home"],
            ["DEVEX_JOURNAL"] = files["journal"],
            ["DEVEX_LISTEN"] = address,
            ["DEVEX_CORE_KEY"] = _signer.PublicKey,
        });
        _client = new RunnerClient(address, id, _signer);
    }

    public RunnerSession Session => _session!;

    public static async Task<SessionServe> StartAsync(ReplId id, SessionFolder files)
    {
        var serve = new SessionServe(id, files);
        await serve._process.WaitForAsync("serve", serve._client.IsAliveAsync);
        await serve._client.ControlAsync(new ControlRequest(WebOrigin: RunnerClient.WebOrigin));
        serve._session = await serve._client.OpenSessionAsync();
        return serve;
    }

    public Task<OpenedDocument> OpenAsync(string path, ResumeDocument? resume = null) =>
        Session.CallAsync("documents.open", new OpenDocument(path, Resume: resume), Json.OpenDocument, Json.OpenedDocument);

    /// <summary>Pushes updates that each insert a text at the beginning.</summary>
    public async Task<long> PushAsync(string document, long version, int length, params (string Client, long N, string Text)[] inserts)
    {
        var updates = new List<DocumentUpdate>();
        foreach (var (client, n, text) in inserts)
        {
            var changes = length == 0 ? $$"""[[0,"{{text}}"]]""" : $$"""[[0,"{{text}}"],{{length}}]""";
            updates.Add(new DocumentUpdate(client, n, JsonElement.Parse(changes)));
            length += text.Length;
        }
        return (await Session.CallAsync("documents.push", new PushUpdates(document, version, updates), Json.PushUpdates, Json.PushedUpdates)).Version;
    }

    public Task<DocumentFlushed> FlushedAsync(long version) =>
        Session.NextAsync("documents.flushed", Json.DocumentFlushed, flushed => flushed.Version == version);

    /// <summary>As when the node dies: nobody says good-bye.</summary>
    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
            await _session.DisposeAsync();
        _client.Dispose();
        await _process.DisposeAsync();
        _signer.Dispose();
        _folder.Dispose();
    }
}

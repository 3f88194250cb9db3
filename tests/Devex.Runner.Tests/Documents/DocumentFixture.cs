using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Documents;
using Devex.Runner.Files;
using Devex.Runner.Serving;
using Devex.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Devex.Runner.Tests.Documents;

/// <summary>A workspace with a document store, and time that stands still. <see cref="Restart"/> is a kill and a start.</summary>
internal sealed class DocumentFixture : IDisposable
{
    private readonly TempFolder _folder = new("devex-documents-");
    private readonly ServeOptions _options;
    private Workspace _workspace = null!;
    private WorkspaceWatcher _watcher = null!;

    public DocumentFixture()
    {
        foreach (var part in (string[])["workspace", "home", "journal"]) Directory.CreateDirectory(_folder[part]);
        _options = new ServeOptions(ReplId.New(), "unix:/none", "", _folder["workspace"], _folder["home"], _folder["journal"]);
        Begin();
    }

    public FakeTimeProvider Time { get; } = new();

    public DocumentStore Store { get; private set; } = null!;

    public DocumentHost Host { get; private set; } = null!;

    public WorkspaceFiles Files { get; private set; } = null!;

    public string Journal => _folder["journal"];

    public string this[string path] => Path.Combine(_folder["workspace"], path);

    public string JournalOf(string document) => Path.Combine(Journal, document + ".log");

    /// <summary>Begins again with what is on the disk; nothing is flushed, as when the program is killed.</summary>
    public void Restart()
    {
        _workspace.Dispose();
        _watcher.Dispose();
        Begin();
    }

    public Page Open(string path, int connection = 1, ResumeDocument? resume = null)
    {
        var frames = new List<ReadOnlyMemory<byte>>();
        var person = new Participant(connection, UserId.Local("ada"), "Ada", Role.Owner, Colour: 0);
        var opened = Store.Open(connection, new DocumentEditor(person, frames.Add), new OpenDocument(path, Resume: resume));
        Store.Get(opened.Document).Opened(connection);
        return new Page(this, connection, opened, frames);
    }

    public void Dispose()
    {
        Store.Dispose();
        _watcher.Dispose();
        _workspace.Dispose();
        _folder.Dispose();
    }

    private void Begin()
    {
        _workspace = new Workspace(_options);
        _watcher = new WorkspaceWatcher(_workspace, NullLogger<WorkspaceWatcher>.Instance);
        Files = new WorkspaceFiles(_workspace, new FileDrafts(_workspace, _options));
        Host = new DocumentHost(Files, _workspace, new DocumentFolder(_options), Time, NullLogger<DocumentHost>.Instance);
        Store = new DocumentStore(Host, Files, _watcher);
        Store.Start();
    }
}

/// <summary>A browser's page with one document open, as far as the store can tell.</summary>
internal sealed record Page(DocumentFixture Fixture, int Connection, OpenedDocument Opened, List<ReadOnlyMemory<byte>> Frames)
{
    public string Id => Opened.Document;

    public Document Document => Fixture.Store.Get(Id);

    public long Push(long version, string client, long n, ChangeSet changes) => Document.Push(Connection, version, [new Update(client, n, changes)]);

    /// <summary>Parameters of the notifications so far of one method.</summary>
    public List<JsonElement> Told(string method) => [.. Frames
        .Select(frame => JsonDocument.Parse(frame).RootElement)
        .Where(frame => frame.GetProperty("method").GetString() == method)
        .Select(frame => frame.GetProperty("params"))];
}

using System.Collections.Concurrent;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Control;
using Devex.Runner.Documents;
using Devex.Runner.Files;
using Devex.Runner.Saves;
using Devex.Runner.Sessions;

namespace Devex.Runner.Searching;

/// <summary>The methods <c>search.*</c>: in the text of files, and for files by name.</summary>
internal sealed class SearchFeature(
    FileSearch search, FileReplace replace, Workspace workspace, DocumentStore documents, SessionState session, SpaceGuard space, ILogger<SearchFeature> logger) : ISessionFeature
{
    private const string InOrder = "search";
    private const int MaxName = 64;
    private const int MaxPaths = 100_000;

    private readonly ConcurrentDictionary<SessionClient, Running> _running = [];

    public void Register(MethodTable methods, RouteTable routes)
    {
        var json = ProtocolJson.Default;
        methods.Add("search.start", json.StartSearch, json.Nothing, (client, start, _) => StartAsync(client, start), _ => InOrder);
        methods.Add("search.cancel", json.SearchParams, json.Nothing, (client, named, _) =>
        {
            if (_running.TryGetValue(client, out var running) && running.Name == named.Search)
                running.Cancel();
            return Task.FromResult(new Nothing());
        }, _ => InOrder);
        methods.Add("search.files", json.Nothing, json.WorkspacePaths, (_, _, gone) => Task.FromResult(Paths(gone)));
        methods.Add("search.replace", json.ReplaceInFiles, json.ReplacedInFiles, (_, request, gone) =>
        {
            space.EnsureRoom(request.Files is [var first, ..] ? first.Path : null);
            session.Touch();
            return Task.FromResult(replace.Run(request, gone));
        });
    }

    public void Left(SessionClient client)
    {
        if (_running.TryRemove(client, out var running))
            running.Cancel();
    }

    private async Task<Nothing> StartAsync(SessionClient client, StartSearch start)
    {
        if (start.Search.Length is 0 or > MaxName)
            throw new SessionException(ErrorCodes.InvalidParams, "search.name", $"A search's name has 1 to {MaxName} characters.");
        session.Touch();
        var matcher = new LineMatcher(start.Query);
        await documents.CatchUpAsync();
        // Requests of a client come here one after another.
        _running.TryGetValue(client, out var last);
        last?.Cancel();
        var running = new Running(start.Search, client.Gone);
        _running[client] = running;
        running.Ended = RunAsync(client, start, matcher, running, last?.Ended ?? Task.CompletedTask);
        return new Nothing();
    }

    /// <summary>Never fails. A cancelled search may still be in a line: the next begins after it, so that a client has one processor's work at a time.</summary>
    private async Task RunAsync(SessionClient client, StartSearch start, LineMatcher matcher, Running running, Task last)
    {
        await Task.Yield();
        await last;
        using (running)
        {
            EndedSearch ended;
            try
            {
                ended = await search.RunAsync(
                    start, matcher, files => client.Notify("search.found", new SearchFound(start.Search, files), ProtocolJson.Default.SearchFound), running.Token);
            }
            catch (SessionException e)
            {
                ended = new EndedSearch(start.Search, 0, 0, false, false, e.Message);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                SearchLog.Failed(logger, e);
                ended = new EndedSearch(start.Search, 0, 0, false, false, "Devex made a mistake; its log says more.");
            }
            _running.TryRemove(KeyValuePair.Create(client, running));
            client.Notify("search.ended", ended, ProtocolJson.Default.EndedSearch);
        }
    }

    private WorkspacePaths Paths(CancellationToken gone)
    {
        var folders = new List<FolderPaths>();
        var names = new List<string>();
        var (last, count) = ("", 0);
        foreach (var (folder, name) in new WorkspaceWalk(workspace, ignored: false).Files(gone))
        {
            if (folder != last)
                Close();
            last = folder;
            names.Add(name);
            if (++count == MaxPaths)
                break;
        }
        Close();
        return new WorkspacePaths(folders, count == MaxPaths);

        void Close()
        {
            if (names.Count > 0)
                folders.Add(new FolderPaths(last, names));
            names = [];
        }
    }

    /// <summary>A client's search.</summary>
    private sealed class Running(string name, CancellationToken gone) : IDisposable
    {
        private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(gone);

        public string Name => name;

        public Task Ended { get; set; } = Task.CompletedTask;

        public CancellationToken Token => _end.Token;

        public void Cancel()
        {
            try
            {
                _end.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It is over.
            }
        }

        public void Dispose() => _end.Dispose();
    }
}

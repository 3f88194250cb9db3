using Devex.Contracts.Protocol;
using Devex.Runner.Sessions;

namespace Devex.Runner.Files;

/// <summary>The clients that asked for <c>files.changed</c>.</summary>
internal sealed class WatchSubscriptions(WorkspaceWatcher watcher) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<SessionClient> _clients = [];
    private IDisposable? _listening;
    private Task _ready = Task.CompletedTask;

    /// <summary>Completes once every change from then on is told.</summary>
    public Task AddAsync(SessionClient client)
    {
        lock (_gate)
        {
            if (!client.Gone.IsCancellationRequested)
                _clients.Add(client);
            if (_clients.Count > 0)
                _listening ??= watcher.Listen(Tell, out _ready);
            return _ready;
        }
    }

    public void Remove(SessionClient client)
    {
        lock (_gate)
        {
            if (_clients.Remove(client) && _clients.Count == 0)
                Dispose();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _listening?.Dispose();
            _listening = null;
        }
    }

    private void Tell(FilesChanged changed)
    {
        var frame = Frames.Notification("files.changed", changed, ProtocolJson.Default.FilesChanged);
        lock (_gate)
        {
            foreach (var client in _clients)
                client.Send(frame);
        }
    }
}

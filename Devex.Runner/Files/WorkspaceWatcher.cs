using Devex.Contracts.Protocol;

namespace Devex.Runner.Files;

/// <summary>
/// Tells what changes in the workspace, whoever changes it. Runs a thread while anybody listens, and none otherwise. Changes within 50 ms
/// come as one; folders made later are watched too. <c>node_modules</c> and <c>.git</c> are watched themselves, but not what is below them.
/// </summary>
internal sealed class WorkspaceWatcher(Workspace workspace, ILogger<WorkspaceWatcher> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private Action<FilesChanged>? _listeners;
    private WatchThread? _thread;

    /// <summary>Listens until disposed. The handler runs on the watcher's thread and must not block.</summary>
    /// <param name="listener">Told of changes.</param>
    /// <param name="ready">Completes once every change from then on is told.</param>
    public IDisposable Listen(Action<FilesChanged> listener, out Task ready)
    {
        lock (_gate)
        {
            _listeners += listener;
            _thread ??= new WatchThread(workspace, Tell, logger);
            ready = _thread.Ready;
        }
        return new Listening(this, listener);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _listeners = null;
            _thread?.Stop();
            _thread = null;
        }
    }

    private void Tell(FilesChanged changed) => _listeners?.Invoke(changed);

    private void Remove(Action<FilesChanged> listener)
    {
        lock (_gate)
        {
            _listeners -= listener;
            if (_listeners is null)
            {
                _thread?.Stop();
                _thread = null;
            }
        }
    }

    private sealed class Listening(WorkspaceWatcher watcher, Action<FilesChanged> listener) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                watcher.Remove(listener);
        }
    }
}

using System.Buffers.Binary;
using System.Diagnostics;
using Devex.Contracts.Protocol;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Files;

/// <summary>
/// Reads inotify: (1) every folder is watched, to a bound; (2) events are gathered for 50 ms from the first; (3) they are told. When the
/// kernel lost events, or there were more folders than watches, that is told as overflow, and everything is watched anew.
/// </summary>
internal sealed class WatchThread
{
    private const int BufferSize = 64 << 10;
    private const int GatherMilliseconds = 50;
    private const int IncompleteMilliseconds = 10_000;
    private const int EventHeader = 16;

    private readonly Workspace _workspace;
    private readonly Action<FilesChanged> _tell;
    private readonly ILogger _logger;
    private readonly SafeFileHandle _signal = WatchCalls.OpenSignal();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WatchedChanges _changes = new();
    private volatile bool _stopped;

    public WatchThread(Workspace workspace, Action<FilesChanged> tell, ILogger logger)
    {
        (_workspace, _tell, _logger) = (workspace, tell, logger);
        new Thread(Run, 256 << 10) { IsBackground = true, Name = "workspace watcher" }.Start();
    }

    /// <summary>Completes once everything is watched.</summary>
    public Task Ready => _ready.Task;

    public void Stop()
    {
        _stopped = true;
        WatchCalls.Set(_signal);
    }

    private void Run()
    {
        try
        {
            for (var again = false; !_stopped; again = true)
            {
                using var queue = WatchCalls.Open();
                if (queue is null)
                {
                    // Somebody else used up the user's queues. Honest about it: look for yourself, again and again.
                    WatchLog.NoQueue(_logger);
                    _ready.TrySetResult();
                    WatchCalls.Wait(_signal, _signal, IncompleteMilliseconds);
                    _tell(new FilesChanged([], Overflow: true));
                    continue;
                }
                var folders = new WatchedFolders(_workspace, queue, _changes);
                folders.AddAll();
                _changes.Clear();
                _ready.TrySetResult();
                // What changed between the lost events and now is named by none.
                if (again)
                    _tell(new FilesChanged([], Overflow: true));
                Follow(queue, folders);
            }
        }
        catch (Exception e)
        {
            WatchLog.Failed(_logger, e);
            _ready.TrySetResult();
            _tell(new FilesChanged([], Overflow: true));
        }
        finally
        {
            _signal.Dispose();
        }
    }

    /// <summary>Follows one queue until events are lost or nobody listens.</summary>
    private void Follow(SafeFileHandle queue, WatchedFolders folders)
    {
        var buffer = new byte[BufferSize];
        while (true)
        {
            if (!WatchCalls.Wait(queue, _signal, folders.Complete ? -1 : IncompleteMilliseconds))
            {
                _tell(new FilesChanged([], Overflow: true));
                continue;
            }
            var first = Stopwatch.GetTimestamp();
            var lost = false;
            while (!_stopped && !lost)
            {
                lost = Drain(queue, folders, buffer);
                var left = GatherMilliseconds - (int)Stopwatch.GetElapsedTime(first).TotalMilliseconds;
                if (left <= 0 || !WatchCalls.Wait(queue, _signal, left))
                    break;
            }
            if (_stopped)
                return;
            if (lost)
                return;
            if (_changes.Take(!folders.Complete) is { } changed)
                _tell(changed);
        }
    }

    /// <summary>Takes the events that are there; true when the kernel lost some.</summary>
    private static bool Drain(SafeFileHandle queue, WatchedFolders folders, byte[] buffer)
    {
        var read = (int)WatchCalls.Read(queue, buffer, BufferSize);
        var lost = false;
        for (var at = 0; at + EventHeader <= read;)
        {
            var watch = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at));
            var mask = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(at + 4));
            var length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at + 12));
            var name = buffer.AsSpan(at + EventHeader, length);
            at += EventHeader + length;
            if ((mask & WatchCalls.Overflow) != 0)
                lost = true;
            else
                folders.Apply(watch, mask, name[..(name.IndexOf((byte)0) + 1)]);
        }
        return lost;
    }
}

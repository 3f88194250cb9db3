using System.Threading.Tasks.Sources;

namespace Devex.Runner.Terminals;

/// <summary>Wakes one waiter, now or when it next waits; no allocation per turn.</summary>
internal sealed class Signal : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _set;
    private bool _waiting;

    public void Set() => Set(here: false);

    /// <param name="here">Whether the waiter goes on on this thread, which saves a keystroke's echo the way through the thread pool.</param>
    public void Set(bool here)
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                _set = true;
                return;
            }

            _waiting = false;
        }

        _core.RunContinuationsAsynchronously = !here;
        _core.SetResult(true);
    }

    /// <summary>Completes at the next <see cref="Set()"/>, or at once after one that nobody waited for. For one waiter.</summary>
    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_set)
            {
                _set = false;
                return ValueTask.CompletedTask;
            }

            _core.Reset();
            _waiting = true;
            return new ValueTask(this, _core.Version);
        }
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}

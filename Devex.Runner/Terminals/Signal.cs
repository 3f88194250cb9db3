using System.Threading.Tasks.Sources;

namespace Devex.Runner.Terminals;

/// <summary>Wakes one waiter, now or when it next waits; no allocation per turn.</summary>
internal sealed class Signal : IValueTaskSource
{
    private readonly Lock _gate = new();
    private Action<object?>? _continuation;
    private object? _state;
    private bool _set;
    private bool _waiting;

    public void Set() => Set(here: false);

    /// <param name="here">Whether the waiter goes on on this thread, which saves a keystroke's echo the way through the thread pool.</param>
    public void Set(bool here)
    {
        Action<object?>? continuation;
        object? state;
        lock (_gate)
        {
            if (!_waiting)
            {
                _set = true;
                return;
            }

            _waiting = false;
            (continuation, state) = (_continuation, _state);
            (_continuation, _state) = (null, null);
        }

        // Null where the waiter is on its way: it finds the wait over.
        if (continuation is null) return;
        if (here) continuation(state);
        else ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: false);
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

            _waiting = true;
            return new ValueTask(this, 0);
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token)
    {
        lock (_gate) return _waiting ? ValueTaskSourceStatus.Pending : ValueTaskSourceStatus.Succeeded;
    }

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        lock (_gate)
        {
            if (_waiting)
            {
                (_continuation, _state) = (continuation, state);
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: false);
    }
}

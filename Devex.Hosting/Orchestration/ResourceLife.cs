using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Processes;

namespace Devex.Hosting.Orchestration;

/// <summary>A resource over all its lives: a <see cref="Supervisor"/> for each, one after the other. Requests take their turn.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody takes holds nothing to dispose.")]
internal sealed class ResourceLife(IResource resource, Func<Supervisor> create)
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Supervisor? _current;

    public IResource Resource => resource;

    /// <summary>Whether a process of it runs.</summary>
    public bool Runs => _current?.Runs == true;

    /// <summary>Whether it runs, starts or waits for its turn to start.</summary>
    public bool Lives => _current is { Ended.IsCompleted: false };

    /// <summary>Cancelled when the whole application ends.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Completes when no process of it is left and none will be.</summary>
    public Task Closed => _closed.Task;

    /// <summary>The start that comes with the application's.</summary>
    public void Begin()
    {
        _current = create();
        _current.Start(onDemand: false);
    }

    /// <exception cref="OperationCanceledException">The application ends.</exception>
    public Task StartAsync() => InTurnAsync(() =>
    {
        if (!Lives)
        {
            StartNow();
        }

        return Task.CompletedTask;
    });

    /// <param name="signal">How to ask it; null is as the end of the application asks.</param>
    public Task StopAsync(Signal? signal = null) => InTurnAsync(() => StopNowAsync(signal));

    /// <summary>Ends it, does what is to be done meanwhile and, if that says so, starts it again.</summary>
    public Task RestartAsync(Func<Task<bool>>? between = null) => InTurnAsync(async () =>
    {
        // Sessions live through a restart: only SIGINT tells a program that everything ends.
        await StopNowAsync(Signal.Terminate);
        if (between is null || await between())
        {
            _closing.Token.ThrowIfCancellationRequested();
            StartNow();
        }
    });

    /// <summary>Ends it for good: nothing starts it again.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync();
        _current?.Stop(null);
        await _turn.WaitAsync();
        _current?.Stop(null);
        await (_current?.Ended ?? Task.CompletedTask);
        _turn.Release();
        _closed.TrySetResult();
    }

    public void Kill()
    {
        _closing.Cancel();
        _current?.Kill();
    }

    private void StartNow()
    {
        var next = create();
        _current = next;
        next.Start(onDemand: true);
    }

    private async Task StopNowAsync(Signal? signal)
    {
        if (_current is { } current)
        {
            current.Stop(signal);
            await current.Ended;
        }
    }

    private async Task InTurnAsync(Func<Task> act)
    {
        await _turn.WaitAsync(_closing.Token);
        try
        {
            _closing.Token.ThrowIfCancellationRequested();
            await act();
        }
        finally
        {
            _turn.Release();
        }
    }
}

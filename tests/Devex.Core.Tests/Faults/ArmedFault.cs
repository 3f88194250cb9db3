using Devex.Contracts;

namespace Devex.Core.Tests.Faults;

/// <summary>A fault that waits for its moment.</summary>
internal sealed class ArmedFault(ReplId id, FaultPoint point, Func<Task<Task>> inflict)
{
    private readonly TaskCompletionSource<Task> _fired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _firing;

    public ReplId Id => id;

    public FaultPoint Point => point;

    /// <summary>Completes when it has failed; its result when it is back.</summary>
    public Task<Task> Fired => _fired.Task;

    /// <summary>Once: whoever comes later waits until it has failed.</summary>
    public Task FireAsync()
    {
        lock (_fired)
            return _firing ??= Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        try
        {
            _fired.SetResult(await inflict());
        }
        catch (Exception e)
        {
            _fired.SetException(e);
        }
    }
}

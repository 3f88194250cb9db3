using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes;

/// <summary>Waits for something to change as long as the pod at hand comes on; a pod to which nothing happens for too long ends it.</summary>
internal sealed class Patience(TimeSpan limit, TimeProvider time)
{
    private (string? Pod, string? Version) _last;
    private long _since = time.GetTimestamp();

    /// <returns>False when patience has ended.</returns>
    public async Task<bool> WaitAsync(Task changed, V1Pod? pod, CancellationToken cancellationToken)
    {
        var now = (pod?.Metadata.Uid, pod?.Metadata.ResourceVersion);
        if (now != _last)
            (_last, _since) = (now, time.GetTimestamp());
        var left = limit - time.GetElapsedTime(_since);
        if (left <= TimeSpan.Zero)
            return false;
        try
        {
            await changed.WaitAsync(left, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

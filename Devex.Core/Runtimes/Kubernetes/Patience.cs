using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes;

/// <summary>Waits for something to change as long as the pod at hand comes on; a pod to which nothing happens for too long ends it.</summary>
internal sealed class Patience(TimeSpan limit, TimeProvider time)
{
    private (string? Pod, string? Version) _last;
    private long _since = time.GetTimestamp();

    /// <param name="changed">Completes with a change.</param>
    /// <param name="pod">The pod at hand; null when there is none yet.</param>
    /// <param name="held">Whether it waits for another pod, whose fault it is not.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when patience has ended.</returns>
    public async Task<bool> WaitAsync(Task changed, V1Pod? pod, bool held, CancellationToken cancellationToken)
    {
        var now = (pod?.Metadata.Uid, pod?.Metadata.ResourceVersion);
        if (now != _last || held)
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

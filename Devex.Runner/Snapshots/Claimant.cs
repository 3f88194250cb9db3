using Devex.Contracts.Snapshots;

namespace Devex.Runner.Snapshots;

/// <summary>Opens incarnations at Core.</summary>
internal sealed class Claimant(CoreClient core, ControlFolder control, TimeProvider time, IRetries retries)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Claims; waits while another writer may still write. The session's own incarnation is kept on the control folder, that of an attempt is not: it ends with it.
    /// </summary>
    public async Task<(Claimed Claimed, IncarnationFile Incarnation)> ClaimAsync(string? attempt, bool restored, CancellationToken cancellationToken)
    {
        var claimed = await AskAsync(new ClaimRequest(control.ClaimId(attempt), attempt, restored, control.Writer), cancellationToken);
        var incarnation = new IncarnationFile(claimed.Token, claimed.Incarnation, claimed.Root.Session ?? "", claimed.Root.Number);
        if (attempt is null)
            control.WriteIncarnation(incarnation);
        return (claimed, incarnation);
    }

    private async Task<Claimed> AskAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        for (; ; await Task.Delay(Pause, time, cancellationToken))
        {
            try
            {
                return await Retry.ForeverAsync(() => core.ClaimAsync(request, cancellationToken), time, cancellationToken, retries);
            }
            catch (HeldException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
            }
        }
    }
}

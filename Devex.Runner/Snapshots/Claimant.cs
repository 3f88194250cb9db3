using Devex.Contracts.Snapshots;

namespace Devex.Runner.Snapshots;

/// <summary>Opens incarnations at Core.</summary>
internal sealed class Claimant(CoreClient core, ControlFolder control, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Claims and keeps the incarnation on the control folder; waits while another writer may still write.</summary>
    public async Task<Claimed> ClaimAsync(string? attempt, bool restored, CancellationToken cancellationToken)
    {
        var claimed = await AskAsync(new ClaimRequest(control.ClaimId(), attempt, restored), cancellationToken);
        control.WriteIncarnation(new IncarnationFile(claimed.Token, claimed.Incarnation, claimed.Root.Session ?? "", claimed.Root.Number));
        return claimed;
    }

    private async Task<Claimed> AskAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        for (; ; await Task.Delay(Pause, time, cancellationToken))
        {
            try
            {
                return await Retry.ForeverAsync(() => core.ClaimAsync(request, cancellationToken), time, cancellationToken);
            }
            catch (HeldException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
            }
        }
    }
}

using Devex.Contracts;
using Devex.Core.Repls;
using Devex.Core.Runtimes;
using Devex.Core.Sessions;
using Xunit;

namespace Devex.Core.Tests.Sessions;

/// <summary>A session whose place goes away while another is being made: what the old one still saves is never cut off.</summary>
public sealed class LeavingPlanTests
{
    private static readonly RuntimeSession Held = new(UserId.Local("ada"), ReplId.New(), "session");

    [Theory]
    [InlineData((int)SessionPhase.Restoring, true, (int)SessionStep.Stop)]
    [InlineData((int)SessionPhase.Restoring, false, (int)SessionStep.Remove)]
    [InlineData((int)SessionPhase.Starting, true, (int)SessionStep.Stop)]
    [InlineData((int)SessionPhase.Starting, false, (int)SessionStep.Remove)]
    [InlineData((int)SessionPhase.Freezing, true, (int)SessionStep.Freeze)]
    [InlineData((int)SessionPhase.Freezing, false, (int)SessionStep.Remove)]
    [InlineData((int)SessionPhase.Saving, true, (int)SessionStep.Save)]
    [InlineData((int)SessionPhase.Saving, false, (int)SessionStep.Remove)]
    public void A_stop_waits_for_the_save_of_what_is_leaving(int phase, bool leaving, int step) =>
        Assert.Equal((SessionStep)step, Next((SessionPhase)phase, leaving, DesiredState.Stopped));

    [Fact]
    public void A_start_goes_on_in_the_new_place() => Assert.Equal(SessionStep.Restore, Next(SessionPhase.Starting, leaving: true, DesiredState.Running));

    [Fact]
    public void A_session_that_ran_recovers_in_the_new_place() => Assert.Equal(SessionStep.Recover, Next(SessionPhase.Running, leaving: true, DesiredState.Running));

    private static SessionStep Next(SessionPhase phase, bool leaving, DesiredState desired) => SessionPlan.Next(
        new SessionRecord { Owner = Held.Owner, Id = Held.Id, Session = Held.Session, Phase = phase }, Held,
        new RuntimeObservation(true, Restored: false, Serving: false, Saving: false) { Leaving = leaving }, desired, DateTimeOffset.UnixEpoch).Step;
}

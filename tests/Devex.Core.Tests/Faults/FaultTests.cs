using Devex.Core.Sessions;
using Xunit;

namespace Devex.Core.Tests.Faults;

/// <summary>
/// The fault matrix: each moment of start, continuous save, stop and deletion by each thing that can fail, with everything real. Whatever fails, no acknowledged edit is
/// lost, neither process nor file nor object is left, and the REPL starts again: the next life does.
/// </summary>
public abstract class FaultTests(FaultStack stack, FaultKind kind)
{
    protected static TheoryData<FaultPoint, FaultPoint, FaultPoint> Of(FaultKind kind) => [.. FaultPoint.Lives(kind)];

    protected async Task LiveAsync(FaultPoint start, FaultPoint edit, FaultPoint end)
    {
        var repl = await stack.TakeReplAsync();
        await stack.DuringAsync(kind, start, repl, repl.StartAsync);
        await repl.TypeAsync();
        await stack.DuringAsync(kind, edit, repl, async () =>
        {
            await repl.TypeAsync();
            await repl.TypeAsync();
            await repl.SavedAsync();
        });
        await repl.TypeAsync();
        await stack.DuringAsync(kind, end, repl, end.Phase is FaultPhase.Delete ? repl.DeleteAsync : repl.StopAsync);

        await repl.NothingIsLeftAsync();
        if (end.Phase is FaultPhase.Delete)
            await repl.BringBackAsync();
        await repl.SavedAsync();
        await stack.NoObjectIsLeftAsync();
        // Only a REPL that came through is taken for the next life.
        stack.Return(repl);
    }
}

public sealed class FaultMatrixTests
{
    [Fact]
    public void Every_step_that_the_code_names_is_in_the_matrix_or_is_none_to_fail_in() =>
        Assert.Equal(Enum.GetValues<SessionStep>().Order(), SessionSteps.Start.Concat(SessionSteps.Stop).Concat(SessionSteps.Others).Order());

    [Fact]
    public void Every_moment_is_in_some_life_and_every_kind_meets_every_step()
    {
        var kinds = Enum.GetValues<FaultKind>().ToDictionary(kind => kind, kind => FaultPoint.Lives(kind).SelectMany(life => (FaultPoint[])[life.Start, life.Edit, life.End]).ToHashSet());
        Assert.Equal(FaultPoint.All.ToHashSet(), kinds.Values.SelectMany(points => points).ToHashSet());
        Assert.All(kinds.Values, points => Assert.Equal(FaultPoint.All.Select(point => point.Step).ToHashSet(), points.Select(point => point.Step).ToHashSet()));
    }
}

[Trait("Tier", "integration")]
public sealed class ServeKilledTests(FaultStack stack) : FaultTests(stack, FaultKind.ServeKilled), IClassFixture<FaultStack>
{
    public static TheoryData<FaultPoint, FaultPoint, FaultPoint> Lives => Of(FaultKind.ServeKilled);

    [Theory]
    [MemberData(nameof(Lives))]
    public Task Nothing_is_lost_and_nothing_is_left(FaultPoint start, FaultPoint edit, FaultPoint end) => LiveAsync(start, edit, end);
}

[Trait("Tier", "integration")]
public sealed class WriterKilledTests(FaultStack stack) : FaultTests(stack, FaultKind.WriterKilled), IClassFixture<FaultStack>
{
    public static TheoryData<FaultPoint, FaultPoint, FaultPoint> Lives => Of(FaultKind.WriterKilled);

    [Theory]
    [MemberData(nameof(Lives))]
    public Task Nothing_is_lost_and_nothing_is_left(FaultPoint start, FaultPoint edit, FaultPoint end) => LiveAsync(start, edit, end);
}

[Trait("Tier", "integration")]
public sealed class CoreKilledTests(FaultStack stack) : FaultTests(stack, FaultKind.CoreKilled), IClassFixture<FaultStack>
{
    public static TheoryData<FaultPoint, FaultPoint, FaultPoint> Lives => Of(FaultKind.CoreKilled);

    [Theory]
    [MemberData(nameof(Lives))]
    public Task Nothing_is_lost_and_nothing_is_left(FaultPoint start, FaultPoint edit, FaultPoint end) => LiveAsync(start, edit, end);
}

[Trait("Tier", "integration")]
public sealed class CoreFrozenTests(FaultStack stack) : FaultTests(stack, FaultKind.CoreFrozen), IClassFixture<FaultStack>
{
    public static TheoryData<FaultPoint, FaultPoint, FaultPoint> Lives => Of(FaultKind.CoreFrozen);

    [Theory]
    [MemberData(nameof(Lives))]
    public Task Nothing_is_lost_and_nothing_is_left(FaultPoint start, FaultPoint edit, FaultPoint end) => LiveAsync(start, edit, end);
}

[Trait("Tier", "integration")]
public sealed class GatewayKilledTests(FaultStack stack) : FaultTests(stack, FaultKind.GatewayKilled), IClassFixture<FaultStack>
{
    public static TheoryData<FaultPoint, FaultPoint, FaultPoint> Lives => Of(FaultKind.GatewayKilled);

    [Theory]
    [MemberData(nameof(Lives))]
    public Task Nothing_is_lost_and_nothing_is_left(FaultPoint start, FaultPoint edit, FaultPoint end) => LiveAsync(start, edit, end);
}

[Trait("Tier", "integration")]
public sealed class RedisEmptiedTests(FaultStack stack) : FaultTests(stack, FaultKind.RedisEmptied), IClassFixture<FaultStack>
{
    public static TheoryData<FaultPoint, FaultPoint, FaultPoint> Lives => Of(FaultKind.RedisEmptied);

    [Theory]
    [MemberData(nameof(Lives))]
    public Task Nothing_is_lost_and_nothing_is_left(FaultPoint start, FaultPoint edit, FaultPoint end) => LiveAsync(start, edit, end);
}

[Trait("Tier", "integration")]
public sealed class S3KilledTests(FaultStack stack) : FaultTests(stack, FaultKind.S3Killed), IClassFixture<FaultStack>
{
    public static TheoryData<FaultPoint, FaultPoint, FaultPoint> Lives => Of(FaultKind.S3Killed);

    [Theory]
    [MemberData(nameof(Lives))]
    public Task Nothing_is_lost_and_nothing_is_left(FaultPoint start, FaultPoint edit, FaultPoint end) => LiveAsync(start, edit, end);
}

[Trait("Tier", "integration")]
public sealed class S3FailingTests(FaultStack stack) : FaultTests(stack, FaultKind.S3Failing), IClassFixture<FaultStack>
{
    public static TheoryData<FaultPoint, FaultPoint, FaultPoint> Lives => Of(FaultKind.S3Failing);

    [Theory]
    [MemberData(nameof(Lives))]
    public Task Nothing_is_lost_and_nothing_is_left(FaultPoint start, FaultPoint edit, FaultPoint end) => LiveAsync(start, edit, end);
}

[Trait("Tier", "integration")]
public sealed class S3DenyingTests(FaultStack stack) : FaultTests(stack, FaultKind.S3Denying), IClassFixture<FaultStack>
{
    public static TheoryData<FaultPoint, FaultPoint, FaultPoint> Lives => Of(FaultKind.S3Denying);

    [Theory]
    [MemberData(nameof(Lives))]
    public Task Nothing_is_lost_and_nothing_is_left(FaultPoint start, FaultPoint edit, FaultPoint end) => LiveAsync(start, edit, end);
}

[Trait("Tier", "integration")]
public sealed class S3SlowTests(FaultStack stack) : FaultTests(stack, FaultKind.S3Slow), IClassFixture<FaultStack>
{
    public static TheoryData<FaultPoint, FaultPoint, FaultPoint> Lives => Of(FaultKind.S3Slow);

    [Theory]
    [MemberData(nameof(Lives))]
    public Task Nothing_is_lost_and_nothing_is_left(FaultPoint start, FaultPoint edit, FaultPoint end) => LiveAsync(start, edit, end);
}

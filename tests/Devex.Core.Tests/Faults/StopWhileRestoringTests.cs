using Xunit;

namespace Devex.Core.Tests.Faults;

/// <summary>Somebody wants a REPL to stop while its files are on their way. Nothing of the half is saved, nothing of it is left, and nothing of the whole is lost.</summary>
[Trait("Tier", "integration")]
public sealed class StopWhileRestoringTests(FaultStack stack) : IClassFixture<FaultStack>
{
    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(40)]
    [InlineData(50)]
    [InlineData(60)]
    [InlineData(70)]
    [InlineData(80)]
    [InlineData(90)]
    [InlineData(100)]
    public async Task A_stop_at_any_part_of_a_restore_saves_nothing_of_it_and_loses_nothing(int percent)
    {
        var repl = await stack.TakeReplAsync();
        if (!repl.HasTyped)
        {
            await repl.StartAsync();
            await repl.TypeAsync();
            await repl.WriteAsync("large", 3_000_000);
            await repl.StopAsync();
        }
        var before = await repl.HeadAsync();

        await stack.S3.WhileRestoringAsync(percent, repl.BeginAsync, repl.StopAsync);

        await repl.NothingIsLeftAsync();
        var after = await repl.HeadAsync();
        Assert.Equal((before.Files, before.Bytes), (after.Files, after.Bytes));
        await repl.SavedAsync();
        stack.Return(repl);
    }
}

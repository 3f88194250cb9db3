using System.Globalization;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Conformance;

public abstract class MemorySuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    [Fact]
    public async Task A_session_that_nobody_uses_gives_memory_back_and_still_answers()
    {
        await using var runner = await StartReadyAsync();
        var before = Resident(runner);
        await runner.Process.WaitForAsync("less memory", _ => Task.FromResult(Resident(runner) < before * 9 / 10), cancellationToken: Token);
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        await session.WriteFileAsync("a.txt", "still here", expected: null);
        Assert.Equal("still here", (await session.ReadFileAsync("a.txt")).Content);
    }

    private static long Resident(RunnerProgram runner) => long.Parse(
        File.ReadLines($"/proc/{runner.Process.Id}/smaps_rollup").First(line => line.StartsWith("Rss:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}

[Trait("Tier", "integration")]
public sealed class MemoryJitTests(JitRunner runner) : MemorySuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class MemoryAotTests(AotRunner runner) : MemorySuite(runner), IClassFixture<AotRunner>;

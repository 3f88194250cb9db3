using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Conformance;

/// <summary>A suite that runs against the runner as a program, of either kind.</summary>
public abstract class ConformanceSuite(IRunnerFixture fixture)
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A runner that waits for control.</summary>
    protected Task<RunnerProgram> StartAsync(bool tcp = false, IReadOnlyDictionary<string, string?>? variables = null) =>
        RunnerProgram.StartAsync(fixture.Program, tcp, variables);

    /// <summary>A runner that takes tickets.</summary>
    protected async Task<RunnerProgram> StartReadyAsync(bool tcp = false)
    {
        var runner = await StartAsync(tcp);
        await runner.Client.ControlAsync(cancellation: Token);
        return runner;
    }
}

using Devex.Testing;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Conformance;

/// <summary>Names the program that the conformance suite runs.</summary>
public interface IRunnerFixture
{
    string Program { get; }
}

/// <summary>What the build left: runs under the JIT.</summary>
public sealed class JitRunner : IRunnerFixture
{
    public string Program => BuiltProgram.Path("Devex.Runner");
}

/// <summary>The Native AOT program.</summary>
public sealed class AotRunner : IRunnerFixture, IAsyncLifetime
{
    public string Program { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (!NativeRunner.IsPossible)
            Assert.Skip("Native AOT needs a C toolchain.");
        Program = await NativeRunner.EnsureAsync(TimeSpan.FromMinutes(30));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

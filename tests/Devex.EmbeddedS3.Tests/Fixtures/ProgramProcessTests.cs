using Devex.Testing;
using Xunit;

namespace Devex.EmbeddedS3.Tests.Fixtures;

[Trait("Tier", "integration")]
public sealed class ProgramProcessTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_printed_before_or_after_the_call_is_found()
    {
        await using var program = ProgramProcess.Start("/bin/sh", ["-c", "echo one; read line; echo never"]);
        Assert.Equal("one", (await program.WaitForLineAsync("^o(ne)$", cancellationToken: Token)).Value);
        Assert.Equal(0, await program.WaitForExitAsync(cancellationToken: Token));
        Assert.Equal(["one", "never"], program.Output);
    }

    [Fact]
    public async Task A_program_that_ends_without_the_line_fails_the_wait_with_its_output()
    {
        await using var program = ProgramProcess.Start("/bin/sh", ["-c", "echo went wrong >&2; exit 3"]);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => program.WaitForLineAsync("ready", cancellationToken: Token));
        Assert.Contains("went wrong", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_ignores_SIGTERM_is_killed()
    {
        await using var program = ProgramProcess.Start("/bin/sh", ["-c", "trap '' TERM; echo up; while :; do sleep 0.1; done"]);
        await program.WaitForLineAsync("up", cancellationToken: Token);
        Assert.Equal(128 + 9, await program.StopAsync());
    }

    [Fact]
    public async Task Stop_ends_a_program_by_SIGTERM()
    {
        await using var program = ProgramProcess.Start("/bin/sleep", ["600"]);
        Assert.Equal(128 + 15, await program.StopAsync());
    }
}

using System.Text.Json;
using Devex.Contracts.Protocol;
using Devex.Runner.Tests.Conformance;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Saves;

public abstract class SpaceSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    [Fact]
    public async Task At_the_limit_writes_are_refused_and_at_half_again_of_it_programs_end_but_not_the_shell_to_delete_in()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var terminal = await ada.OpenTerminalAsync((await ada.NewTerminalAsync()).Terminal, cancellation: Token);
        await terminal.WriteAsync("PS1='rea''dy> '\n", Token);
        await terminal.ReadUntilAsync("ready> ", Token);
        await terminal.WriteAsync("sh -c 'trap \"\" HUP TERM; echo run''ning; while :; do sleep 0.1; done'\n", Token);
        await terminal.ReadUntilAsync("running", Token);

        await CountAsync(runner, 1_400_000_000);
        await ada.NextAsync("saves.changed", ProtocolJson.Default.SavesState, state => state is { Usage.Bytes: 1_400_000_000, Halted: null }, Token);
        var refused = await Assert.ThrowsAsync<RunnerErrorException>(() => ada.WriteFileAsync("a.txt", "more"));
        Assert.Equal((ErrorCodes.Full, "files.quota"), (refused.Code, refused.Reason));

        await CountAsync(runner, 1_500_000_000);
        var told = await ada.NextAsync("saves.changed", ProtocolJson.Default.SavesState, state => state.Halted is not null, Token);
        Assert.Contains("Programs were ended: the files of this REPL take 1.5 GB, and 1 GB can be kept.", told.Halted, StringComparison.Ordinal);
        await terminal.ReadUntilAsync("ready> ", Token);
        await terminal.WriteAsync("rm -f nothing; echo still he''re\n", Token);
        await terminal.ReadUntilAsync("still here", Token);

        await CountAsync(runner, 1);
        await ada.NextAsync("saves.changed", ProtocolJson.Default.SavesState, state => state.Halted is null, Token);
        await ada.WriteFileAsync("a.txt", "more");
    }

    /// <summary>Says what the saver would.</summary>
    private static async Task CountAsync(RunnerProgram runner, long bytes)
    {
        var (path, next) = (Path.Combine(runner.Journal, ".devex-saves.json"), Path.Combine(runner.Journal, ".devex-next"));
        var state = new SavesState(SaveProgress.Saved, Root: 1, Usage: new SpaceUsage(bytes, 1_000_000_000, 3, 1000));
        await File.WriteAllBytesAsync(next, JsonSerializer.SerializeToUtf8Bytes(state, ProtocolJson.Default.SavesState), Token);
        File.Move(next, path, overwrite: true);
    }
}

[Trait("Tier", "integration")]
public sealed class SpaceJitTests(JitRunner runner) : SpaceSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class SpaceAotTests(AotRunner runner) : SpaceSuite(runner), IClassFixture<AotRunner>;

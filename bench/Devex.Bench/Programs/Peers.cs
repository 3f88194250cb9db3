using Devex.Testing;

namespace Devex.Bench.Programs;

/// <summary>Programs of others to measure beside, which scripts in tests/tools fetch once.</summary>
internal static class Peers
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>Runs the script, which does nothing where the peer is there; false, with the reason told, where it cannot be had on this machine.</summary>
    public static async Task<bool> EnsureAsync(string script)
    {
        await using var program = ProgramProcess.Start("/bin/sh", [Path.Combine(BuiltProgram.RepositoryRoot, "tests", "tools", script)]);
        try
        {
            if (await program.WaitForExitAsync(Patience) == 0)
                return true;
            await Console.Error.WriteLineAsync($"Without a peer: {script} failed.\n{program.OutputText}");
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"Without a peer: {script} did not end within {Patience.TotalMinutes} min.");
        }
        return false;
    }
}

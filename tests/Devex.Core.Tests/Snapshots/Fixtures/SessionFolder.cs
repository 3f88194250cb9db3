using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Testing;
using Xunit;

namespace Devex.Core.Tests.Snapshots.Fixtures;

/// <summary>The two folders that the runtime gives a session, and the runner's commands over them.</summary>
public sealed class SessionFolder : IDisposable
{
    private readonly TempFolder _folder = new("devex-session-");
    private readonly ReplId _id;

    public SessionFolder(ReplId id, string coreUrl, string bootstrap)
    {
        _id = id;
        foreach (var name in new[] { "files", "files/workspace", "files/home", "files/journal", "control" })
            Directory.CreateDirectory(_folder[name]);
        MoveCore(coreUrl);
        File.WriteAllText(_folder["control/bootstrap"], bootstrap);
    }

    public string this[string path] => _folder["files/" + path];

    public string Control => _folder["control"];

    public RestoreMarker? Marker => File.Exists(_folder["control/restored.json"])
        ? JsonSerializer.Deserialize(File.ReadAllText(_folder["control/restored.json"]), SnapshotsJson.Default.RestoreMarker)
        : null;

    public IncarnationFile Incarnation =>
        JsonSerializer.Deserialize(File.ReadAllText(_folder["control/incarnation.json"]), SnapshotsJson.Default.IncarnationFile)!;

    public void MoveCore(string url) => File.WriteAllText(_folder["control/core.json"], $$"""{"url":"{{url}}"}""");

    /// <summary>Starts a command of the runner with a session's environment and nothing else.</summary>
    public ProgramProcess Start(params string[] arguments) => Start([], arguments);

    /// <summary>The same by another program, which is to run what follows its own arguments.</summary>
    public ProgramProcess Start(IReadOnlyList<string> by, params string[] arguments)
    {
        var environment = Environment.GetEnvironmentVariables().Keys.Cast<string>().ToDictionary(name => name, string? (_) => null);
        environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        environment["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        environment["DEVEX_REPL"] = _id.ToString();
        environment["DEVEX_FILES"] = _folder["files"];
        environment["DEVEX_CONTROL"] = Control;
        string[] command = [.. by, BuiltProgram.Path("Devex.Runner"), .. arguments];
        return ProgramProcess.Start(command[0], command[1..], environment);
    }

    public async Task<int> RunAsync(params string[] arguments)
    {
        await using var program = Start(arguments);
        var code = await program.WaitForExitAsync();
        Assert.True(code is 0 or 3 or 5, $"{string.Join(' ', arguments)} ended with {code}:\n{program.OutputText}");
        return code;
    }

    public void Dispose()
    {
        // .NET cannot delete names that are no UTF-8.
        using (var remove = System.Diagnostics.Process.Start("/bin/rm", ["-rf", _folder["files"]]))
            remove.WaitForExit();
        _folder.Dispose();
    }
}

using Devex.Contracts;

namespace Devex.Runner.Snapshots;

/// <summary>What the runtime tells the commands by their environment.</summary>
/// <param name="Repl">The REPL.</param>
/// <param name="Files">Folder of workspace, home and journal.</param>
/// <param name="Control">Folder of what the commands keep.</param>
/// <param name="Bootstrap">Folder of what Core gives them; the control folder unless it is one of its own.</param>
/// <param name="Writer">Which of the session's pods this is; null where there is one place only.</param>
internal sealed record SessionEnvironment(ReplId Repl, string Files, string Control, string Bootstrap, string? Writer)
{
    public ControlFolder OpenControl() => new(Control, Bootstrap, Writer);

    /// <summary>Null, with a line on standard error, when a variable is absent.</summary>
    public static SessionEnvironment? Read()
    {
        var files = Environment.GetEnvironmentVariable("DEVEX_FILES");
        var control = Environment.GetEnvironmentVariable("DEVEX_CONTROL");
        if (ReplId.TryParse(Environment.GetEnvironmentVariable("DEVEX_REPL"), out var repl) && Path.IsPathFullyQualified(files ?? "") && Path.IsPathFullyQualified(control ?? ""))
            return new SessionEnvironment(
                repl, files!, control!, Environment.GetEnvironmentVariable("DEVEX_BOOTSTRAP") is { Length: > 0 } bootstrap ? bootstrap : control!,
                Environment.GetEnvironmentVariable("DEVEX_WRITER") is { Length: > 0 } writer ? writer : null);
        Console.Error.WriteLine("DEVEX_REPL, DEVEX_FILES and DEVEX_CONTROL must be set: a REPL's id and two absolute paths.");
        return null;
    }
}

using Devex.Contracts;

namespace Devex.Runner.Snapshots;

/// <summary>What the runtime tells the commands by their environment.</summary>
internal sealed record SessionEnvironment(ReplId Repl, string Files, string Control)
{
    /// <summary>Null, with a line on standard error, when a variable is absent.</summary>
    public static SessionEnvironment? Read()
    {
        var files = Environment.GetEnvironmentVariable("DEVEX_FILES");
        var control = Environment.GetEnvironmentVariable("DEVEX_CONTROL");
        if (ReplId.TryParse(Environment.GetEnvironmentVariable("DEVEX_REPL"), out var repl) && Path.IsPathFullyQualified(files ?? "") && Path.IsPathFullyQualified(control ?? ""))
            return new SessionEnvironment(repl, files!, control!);
        Console.Error.WriteLine("DEVEX_REPL, DEVEX_FILES and DEVEX_CONTROL must be set: a REPL's id and two absolute paths.");
        return null;
    }
}

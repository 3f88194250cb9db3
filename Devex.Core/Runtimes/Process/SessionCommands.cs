using Devex.Core.Keys;
using Devex.Core.Runtimes.Process.Languages;
using Devex.Core.Templates;
using Microsoft.Extensions.Options;

namespace Devex.Core.Runtimes.Process;

/// <summary>Describes the four commands of a session: pure but for looking where tools are.</summary>
internal sealed class SessionCommands(
    RunnerProgram runner, ProcessFolders folders, CoreKeys keys, ITemplates templates, IOptions<ProcessOptions> options)
{
    private const string RunnerInside = "/opt/devex/runner";
    private const string LanguagesInside = "/opt/devex/languages";

    /// <summary>Sets of language servers as this version of Core pins them; each appears when it has been fetched.</summary>
    public string Languages { get; } = Path.Combine(
        Path.GetFullPath(options.Value.LanguagesFolder ?? Path.Combine(folders.Data, ".languages")), LanguagePackages.Key);

    /// <summary><c>restore</c>, <c>save --watch</c>, <c>save --attempt</c>: outside the sandbox, as the session's user.</summary>
    public LaunchRequest Writer(SessionPlace place, string name, params string[] arguments)
    {
        var session = folders.Of(place.Id);
        var stage = new Stage(place.Uid is null ? null : folders.Stage);
        var root = stage.Add(session.Root);
        var variables = Basics(place, stage);
        variables["DEVEX_FILES"] = Path.Combine(root, "files");
        variables["DEVEX_CONTROL"] = Path.Combine(root, "control");
        var program = Path.Combine(stage.Add(runner.Folder), Path.GetFileName(runner.Path));
        return new LaunchRequest(name, place.Uid, stage, Network: false, [.. Env(variables), program, .. arguments]);
    }

    /// <summary><c>serve</c>, in the sandbox where there is one.</summary>
    public LaunchRequest Serve(SessionPlace place, Sandbox sandbox)
    {
        var session = folders.Of(place.Id);
        var stage = new Stage(place.Uid is null ? null : folders.Stage);
        var variables = Basics(place, stage);
        variables["DEVEX_CORE_KEY"] = keys.TicketPublicKey;
        if (sandbox is Sandbox.None)
        {
            variables["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? ToolFinder.SystemPath;
            variables["DEVEX_FILES"] = session.Files;
            variables["DEVEX_WORKSPACE"] = session.Workspace;
            variables["DEVEX_HOME"] = session.Home;
            variables["DEVEX_JOURNAL"] = session.Journal;
            variables["DEVEX_LISTEN"] = "unix:" + session.BoundSocket;
            variables["DEVEX_LANGUAGES"] = Languages;
            return new LaunchRequest("serve", place.Uid, stage, Network: false, [.. Env(variables), runner.Path, "serve"]);
        }
        variables["DEVEX_WORKSPACE"] = "/workspace";
        variables["DEVEX_HOME"] = "/home/devex";
        variables["DEVEX_JOURNAL"] = "/var/lib/devex/journal";
        variables["DEVEX_LISTEN"] = "unix:/run/devex/serve.sock";
        variables["DEVEX_LANGUAGES"] = LanguagesInside;
        return InSandbox(
            place, sandbox, "serve", stage, variables,
            [
                (session.Workspace, "/workspace"), (session.Home, "/home/devex"), (session.Journal, "/var/lib/devex/journal"), (session.Sockets, "/run/devex"),
            ],
            [Path.Combine(RunnerInside, Path.GetFileName(runner.Path)), "serve"]);
    }

    /// <summary>Installs a set of packages into <paramref name="folder"/>, which has their lock file; without running anything of theirs.</summary>
    public LaunchRequest Npm(SessionPlace place, Sandbox sandbox, string folder)
    {
        const string Script = "umask 022; cd \"$1\" && exec npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error";
        var stage = new Stage(place.Uid is null ? null : folders.Stage);
        var variables = Basics(place, stage);
        // Without a network of its own the sandbox cannot fetch, and npm alone, which is this machine's own, runs nothing that it fetches.
        if (sandbox is not Sandbox.Full)
        {
            variables["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? ToolFinder.SystemPath;
            variables["HOME"] = folder;
            return new LaunchRequest("npm", place.Uid, stage, Network: false, [.. Env(variables), "bash", "-c", Script, "npm", stage.Add(folder)]);
        }
        variables["HOME"] = "/tmp";
        return InSandbox(place, sandbox, "npm", stage, variables, [(folder, "/fetched")], ["bash", "-c", Script, "npm", "/fetched"]);
    }

    /// <summary>Any command in a sandbox of its own with the same tools; used by <see cref="Serve"/> and by the probe.</summary>
    public LaunchRequest InSandbox(
        SessionPlace place, Sandbox sandbox, string name, Stage stage, Dictionary<string, string> variables,
        IReadOnlyList<(string Source, string Target)> writable, IReadOnlyList<string> command)
    {
        var session = folders.Of(place.Id);
        List<(string, string)> tools = [];
        if (Directory.Exists(runner.Folder))
            tools.Add((stage.Add(runner.Folder), RunnerInside));
        var path = new List<string>();
        if (runner.DotnetRoot is { } dotnet && !dotnet.StartsWith("/usr/", StringComparison.Ordinal))
            tools.Add((stage.Add(dotnet), dotnet));
        foreach (var tool in templates.All.SelectMany(template => template.Tools).Distinct().Select(ToolFinder.ForThisProcess.Find))
        {
            if (tool?.Root is not { } root)
                continue;
            var folder = Path.GetDirectoryName(tool.Path)!;
            if (!path.Contains(folder))
                path.Add(folder);
            if (!tools.Exists(other => other.Item2 == root))
                tools.Add((stage.Add(root), root));
        }
        if (Directory.Exists(Languages))
            tools.Add((stage.Add(Languages), LanguagesInside));
        variables["PATH"] = string.Join(':', [.. path, ToolFinder.SystemPath]);
        var spec = new SandboxSpec(
            place.Id.ToString(), stage.Add(session.Etc), [.. writable.Select(bind => (stage.Add(bind.Source), bind.Target))], tools, variables,
            sandbox is Sandbox.Full, options.Value.PidsLimit);
        return new LaunchRequest(name, place.Uid, stage, sandbox is Sandbox.Full, BubblewrapArguments.Build(spec, "bwrap", command));
    }

    private Dictionary<string, string> Basics(SessionPlace place, Stage stage)
    {
        var variables = new Dictionary<string, string>
        {
            ["PATH"] = ToolFinder.SystemPath,
            ["LANG"] = "C.UTF-8",
            ["TERM"] = "xterm-256color",
            ["DEVEX_REPL"] = place.Id.ToString(),
        };
        if (runner.DotnetRoot is { } dotnet)
        {
            // The just-in-time build needs its shared runtime, and starts faster without what nobody reads.
            variables["DOTNET_ROOT"] = stage.Add(dotnet);
            variables["DOTNET_EnableDiagnostics"] = "0";
            variables["DOTNET_TieredPGO"] = "0";
        }
        return variables;
    }

    private static IEnumerable<string> Env(Dictionary<string, string> variables) =>
        ["env", "-i", .. variables.OrderBy(variable => variable.Key, StringComparer.Ordinal).Select(variable => $"{variable.Key}={variable.Value}")];
}

using Devex.Runner.Programs;

namespace Devex.Runner.Git;

/// <summary>
/// Where git speaks with an https remote, since it may hold a person's credential meanwhile: a bare repository for one operation. It reads the workspace's objects, and nothing else
/// that a program of the session could have written: no settings (helpers, proxies, other addresses, certificates), no hooks, no variables. What was fetched is taken over from here by
/// the workspace's own git, which has no credential; what is pushed is named by its hash.
/// </summary>
internal sealed class Antechamber : IDisposable
{
    private static readonly string[] Settings =
    [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.attributesFile=/dev/null", "gc.auto=0", "maintenance.auto=false", "fetch.recurseSubmodules=false", "submodule.recurse=false",
        "transfer.bundleURI=false", "protocol.version=2", "http.followRedirects=false", "http.lowSpeedLimit=1", "http.lowSpeedTime=60", "color.ui=false", .. CredentialHelper.Settings,
    ];

    /// <summary>Of <c>serve</c>'s own variables those by which an operator says how the internet is reached, and whom to trust.</summary>
    private static readonly string[] Operators = ["https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devex-git-");

    public string Folder => _folder.FullName;

    /// <param name="program">git.</param>
    /// <param name="arguments">What it does here.</param>
    public ProgramStart Command(string program, IEnumerable<string> arguments) =>
        new(program, ["git", .. Settings.SelectMany(setting => (string[])["-c", setting]), .. arguments], [.. Variables()], Folder);

    /// <summary>Lets it read the objects of the repository in <paramref name="repository"/>.</summary>
    public void Join(string repository)
    {
        File.WriteAllText(Path.Combine(Folder, "objects", "info", "alternates"), Path.Combine(repository, "objects") + "\n");
        // What a shallow repository leaves out is not missed. A link: it may be anything, and git is waited for with a limit.
        var shallow = Path.Combine(repository, "shallow");
        if (File.Exists(shallow))
            File.CreateSymbolicLink(Path.Combine(Folder, "shallow"), shallow);
    }

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A program that was ended may still have written; the folder goes with the session.
        }
    }

    private IEnumerable<string> Variables() =>
    [
        $"PATH={Environment.GetEnvironmentVariable("PATH")}", $"HOME={Folder}", $"XDG_CONFIG_HOME={Folder}", $"TMPDIR={Folder}", "LC_ALL=C.UTF-8",
        $"GIT_DIR={Folder}", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=/bin/false", "GIT_ALLOW_PROTOCOL=https",
        "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1",
        .. Environment.GetEnvironmentVariable("SSL_CERT_FILE") is { Length: > 0 } trusted ? [$"GIT_SSL_CAINFO={trusted}"] : Array.Empty<string>(),
        .. Operators.Where(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }).Select(name => $"{name}={Environment.GetEnvironmentVariable(name)}"),
    ];
}

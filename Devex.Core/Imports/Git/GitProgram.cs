using System.Diagnostics;
using System.Globalization;
using Devex.Core.Errors;

namespace Devex.Core.Imports.Git;

/// <summary>
/// The <c>git</c> program, shut in: no configuration but what is given here, no hooks, filters, helpers, credentials or protocols of its own, no redirect, no other host than the one that
/// was checked; bounded memory, time and file sizes, no new privileges, and nobody's user where Core is root.
/// </summary>
internal sealed class GitProgram
{
    /// <summary>The first that can be told which address a host has (<c>http.curloptResolve</c>).</summary>
    private static readonly Version Oldest = new(2, 37);

    private const string SearchPath = "/usr/local/bin:/usr/bin:/bin";
    private const int Nobody = 65534;
    private const long MemoryBytes = 4L * 1024 * 1024 * 1024;

    private readonly string? _git = Find("git");
    private readonly string? _setpriv = Find("setpriv");
    private readonly string? _prlimit = Find("prlimit");
    private readonly Lazy<Task<Version?>> _version;

    public GitProgram() => _version = new Lazy<Task<Version?>>(VersionAsync);

    /// <summary>The user as whom git runs; null for Core's own.</summary>
    public int? User => _setpriv is not null && Runtimes.Process.Native.IsRoot ? Nobody : null;

    /// <exception cref="ApiProblem">503 where git is missing or too old.</exception>
    public async Task CheckAsync()
    {
        if (await _version.Value is not { } version || version < Oldest)
        {
            throw new ApiProblem(
                StatusCodes.Status503ServiceUnavailable, "import.git.missing",
                $"Repositories cannot be imported here: Core needs the program git, {Oldest} or later. Ask the operator to install it, or import an archive of the repository.");
        }
    }

    /// <summary>Starts git with <paramref name="arguments"/> in a folder that is its home as well.</summary>
    /// <param name="folder">Absolute.</param>
    /// <param name="to">The only host that it reaches; null for none at all.</param>
    /// <param name="fileBytes">The largest file that it may write.</param>
    /// <param name="arguments">Of git; none is seen by a shell.</param>
    public GitRun Start(string folder, PinnedAddress? to, long fileBytes, IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        // What Core was given, keys among it, is nothing for git.
        info.Environment.Clear();
        foreach (var (name, value) in Environment(folder, to))
            info.Environment.Add(name, value);
        List<string> words = [];
        if (_setpriv is not null)
            words.AddRange([_setpriv, "--no-new-privs", .. User is { } user ? (string[])["--reuid", $"{user}", "--regid", $"{user}", "--clear-groups"] : [], "--"]);
        if (_prlimit is not null)
            words.AddRange([_prlimit, string.Create(CultureInfo.InvariantCulture, $"--as={MemoryBytes}"), string.Create(CultureInfo.InvariantCulture, $"--fsize={fileBytes}"), "--core=0", "--"]);
        words.AddRange([_git ?? throw new InvalidOperationException("There is no git."), .. Settings(to).SelectMany(setting => (string[])["-c", setting]), .. arguments]);
        info.FileName = words[0];
        foreach (var word in words[1..])
            info.ArgumentList.Add(word);
        return new GitRun(Process.Start(info)!);
    }

    private static IEnumerable<(string Name, string Value)> Environment(string folder, PinnedAddress? to) =>
    [
        ("PATH", SearchPath), ("HOME", folder), ("XDG_CONFIG_HOME", folder), ("TMPDIR", folder), ("LC_ALL", "C"),
        ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_ATTR_NOSYSTEM", "1"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_ASKPASS", "/bin/false"),
        ("GIT_ALLOW_PROTOCOL", to?.Address.Url.Scheme ?? "none"), ("GIT_NO_LAZY_FETCH", "1"), ("GIT_NO_REPLACE_OBJECTS", "1"), ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_CEILING_DIRECTORIES", Path.GetDirectoryName(folder) ?? folder),
        // Whom Core trusts, git trusts.
        .. System.Environment.GetEnvironmentVariable("SSL_CERT_FILE") is { Length: > 0 } trusted ? [("GIT_SSL_CAINFO", trusted)] : Array.Empty<(string, string)>(),
    ];

    private static IEnumerable<string> Settings(PinnedAddress? to) =>
    [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.attributesFile=/dev/null", "core.excludesFile=/dev/null", "core.bigFileThreshold=32m", "credential.helper=", "gc.auto=0",
        "maintenance.auto=false", "pack.threads=1", "index.threads=1", "protocol.version=2", "fetch.unpackLimit=1", "fetch.recurseSubmodules=false", "submodule.recurse=false", "transfer.bundleURI=false",
        "http.followRedirects=false", "http.proxy=", "http.lowSpeedLimit=1000", "http.lowSpeedTime=30",
        .. to is null ? (string[])[] : [$"http.curloptResolve={to.Pin}"],
    ];

    private static string? Find(string program) => SearchPath.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private async Task<Version?> VersionAsync()
    {
        if (_git is null)
            return null;
        await using var run = Start("/", null, 1, ["version"]);
        // git version 2.39.5 (Apple Git-154)
        var words = (await run.TextAsync(1000, CancellationToken.None)).Split(' ', '\n');
        await run.CompleteAsync(CancellationToken.None);
        return words.Length > 2 && Version.TryParse(string.Join('.', words[2].Split('.').Take(2)), out var version) ? version : null;
    }
}

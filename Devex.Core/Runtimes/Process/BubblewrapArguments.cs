using System.Globalization;

namespace Devex.Core.Runtimes.Process;

/// <summary>What one sandbox holds.</summary>
/// <param name="Hostname">Inside.</param>
/// <param name="Etc">Folder of generated files for <c>/etc</c>.</param>
/// <param name="Writable">Source and target of what a session may write.</param>
/// <param name="ReadOnly">Source and target of tools.</param>
/// <param name="Environment">All variables.</param>
/// <param name="Network">Whether the network namespace entered before has an interface; else the sandbox makes an empty one.</param>
/// <param name="PidsLimit">Processes and threads.</param>
internal sealed record SandboxSpec(
    string Hostname, string Etc, IReadOnlyList<(string Source, string Target)> Writable, IReadOnlyList<(string Source, string Target)> ReadOnly,
    IReadOnlyDictionary<string, string> Environment, bool Network, int PidsLimit);

/// <summary>Builds bubblewrap's command line: namespaces of its own for everything, and of the host's files an allow-list only.</summary>
internal static class BubblewrapArguments
{
    // Whatever holds no secret and is needed by compilers, interpreters, TLS and name resolution.
    private static readonly string[] HostEtc =
    [
        "alternatives", "bash.bashrc", "ca-certificates", "ca-certificates.conf", "debian_version", "fonts", "gai.conf", "host.conf", "inputrc", "java-11-openjdk",
        "java-17-openjdk", "java-21-openjdk", "java-25-openjdk", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "locale.alias", "localtime", "magic",
        "mime.types", "os-release", "perl", "pki/tls/certs", "pki/ca-trust", "protocols", "python3", "rpc", "services", "ssl/certs",
        "ssl/openssl.cnf", "terminfo", "timezone", "vim",
    ];

    private static readonly string[] Merged = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

    public static IReadOnlyList<string> Build(SandboxSpec spec, string bubblewrap, IReadOnlyList<string> command)
    {
        List<string> arguments =
        [
            bubblewrap,
            "--unshare-user", "--uid", "1000", "--gid", "1000", "--disable-userns", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
            "--hostname", spec.Hostname, "--cap-drop", "ALL", "--new-session", "--die-with-parent",
        ];
        if (!spec.Network)
            arguments.Add("--unshare-net");

        arguments.AddRange(["--ro-bind", "/usr", "/usr"]);
        foreach (var name in Merged)
        {
            var path = "/" + name;
            if (new DirectoryInfo(path).LinkTarget is { } target)
                arguments.AddRange(["--symlink", target, path]);
            else if (Directory.Exists(path))
                arguments.AddRange(["--ro-bind", path, path]);
        }
        foreach (var name in HostEtc)
            arguments.AddRange(["--ro-bind-try", "/etc/" + name, "/etc/" + name]);
        foreach (var name in EtcFiles.Names)
            arguments.AddRange(["--ro-bind", Path.Combine(spec.Etc, name), "/etc/" + name]);

        arguments.AddRange(["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/dev/shm"]);
        arguments.AddRange(["--perms", "1777", "--tmpfs", "/tmp", "--dir", "/run", "--dir", "/var", "--symlink", "../run", "/var/run", "--symlink", "../tmp", "/var/tmp"]);
        foreach (var (source, target) in spec.ReadOnly)
            arguments.AddRange(["--ro-bind", source, target]);
        foreach (var (source, target) in spec.Writable)
            arguments.AddRange(["--bind", source, target]);
        arguments.AddRange(["--remount-ro", "/", "--clearenv"]);
        foreach (var (name, value) in spec.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal))
            arguments.AddRange(["--setenv", name, value]);
        arguments.AddRange(["--chdir", spec.Environment.GetValueOrDefault("DEVEX_WORKSPACE", "/"), "--"]);
        arguments.AddRange(["prlimit", string.Create(CultureInfo.InvariantCulture, $"--nproc={spec.PidsLimit}"), .. command]);
        return arguments;
    }
}

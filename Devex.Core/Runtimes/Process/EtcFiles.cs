namespace Devex.Core.Runtimes.Process;

/// <summary>The files of <c>/etc</c> that a sandbox gets made for it, since the host's tell of the host.</summary>
internal static class EtcFiles
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static IReadOnlyList<string> Names { get; } = ["passwd", "group", "hosts", "hostname", "resolv.conf", "nsswitch.conf", "profile"];

    public static void Write(string folder, string hostname)
    {
        foreach (var name in Names)
            AtomicFile.Write(Path.Combine(folder, name), Content(name, hostname), Readable);
    }

    private static string Content(string name, string hostname) => name switch
    {
        "passwd" => "root:x:0:0:root:/root:/bin/bash\ndevex:x:1000:1000:Devex:/home/devex:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
        "group" => "root:x:0:\ntty:x:5:\ndevex:x:1000:\nnogroup:x:65534:\n",
        "hosts" => $"127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.1.1 {hostname}\n",
        "hostname" => hostname + "\n",
        // slirp4netns answers here and asks the host's own resolver.
        "resolv.conf" => "nameserver 10.0.2.3\n",
        "nsswitch.conf" => "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n",
        // A login shell must keep the PATH it was given: Debian's own profile replaces it.
        "profile" => "[ -n \"$BASH_VERSION\" ] && [ -r /etc/bash.bashrc ] && . /etc/bash.bashrc\n",
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };
}

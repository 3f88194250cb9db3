namespace Devex.Core.Runtimes.Process;

/// <summary>Section <c>Runtime:Process</c>.</summary>
internal sealed class ProcessOptions
{
    /// <summary>Where sessions keep their files. Default: <c>/var/lib/devex/sessions</c> for root, else <c>devex/sessions</c> in the user's data folder.</summary>
    public string? DataFolder { get; set; }

    /// <summary>The runner: a built program, or its project file, whose build in Core's own configuration is taken. Default: <c>Devex.Runner</c> beside Core.</summary>
    public string? Runner { get; set; }

    /// <summary>Whether to use the sandbox where the machine has one. WARNING: without it every REPL can read what Core can read.</summary>
    public bool Sandbox { get; set; } = true;

    /// <summary>Processes and threads of one session. A fork bomb ends here.</summary>
    public int PidsLimit { get; set; } = 1024;

    /// <summary>Largest file a session may write, bytes.</summary>
    public long FileSizeLimit { get; set; } = 8L << 30;

    /// <summary>
    /// First host user of sessions, when Core is root; 50,000 follow. Default: a range of its own for each data folder, because whatever runs as a
    /// session's user is killed with the session, and two installations on one machine must not meet.
    /// </summary>
    public int? FirstUid { get; set; }

    /// <summary>Where fetched language servers are kept. Default: <c>.languages</c> in the data folder.</summary>
    public string? LanguagesFolder { get; set; }

    /// <summary>How long <c>serve</c> may take until it listens.</summary>
    public TimeSpan ServeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Folder of sockets; its path must leave room for a name in the kernel's 108 bytes. Default: below <c>/run</c>, <c>$XDG_RUNTIME_DIR</c> or the temporary folder.</summary>
    public string? RuntimeFolder { get; set; }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Aspire.Hosting;

namespace Devex.Hosting.Processes;

/// <summary>
/// A process in a session of its own, so that the terminal's Ctrl-C reaches it only through us, that the kernel kills
/// when we die. Both are asked of <c>setsid</c> and <c>setpriv</c>, which become the program: its id is theirs.
/// </summary>
internal sealed partial class ChildProcess : IDisposable
{
    private static readonly string[] NotInherited =
        ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE"];

    // A process started from a background shell ignores SIGINT, and its children would too; env gives it back.
    private static readonly string[] Wrapper =
        OperatingSystem.IsLinux() && Tools.Exist("env", "setsid", "setpriv")
            ? ["env", "--default-signal=INT,QUIT,TERM,HUP", "setsid", "setpriv", "--pdeathsig", "KILL", "--"]
            : [];

    private readonly Process _process;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process) => _process = process;

    /// <summary>Kept, because whoever ends the process may come when it has ended and is disposed.</summary>
    public int Id { get; private set; }

    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Completes with the exit code, or 128 and the signal's number, once all output was read.</summary>
    public Task<int> Exited => _exited.Task;

    /// <exception cref="DistributedApplicationException">The program does not exist or cannot be started.</exception>
    /// <param name="launch">The process.</param>
    /// <param name="onLine">Gets what it writes.</param>
    /// <param name="onError">Gets what it writes to standard error; null gives that to <paramref name="onLine"/> too.</param>
    /// <param name="talks">Whether <see cref="Input"/> stays open; else the process reads the end at once.</param>
    public static async Task<ChildProcess> StartAsync(Launch launch, Action<string> onLine, Action<string>? onError = null, bool talks = false)
    {
        if (!Directory.Exists(launch.WorkingDirectory))
        {
            throw new DistributedApplicationException($"The working directory {launch.WorkingDirectory} does not exist.");
        }

        if (!Tools.Exist(launch.Program))
        {
            throw new DistributedApplicationException($"The program {launch.Program} does not exist or may not be executed.");
        }

        var child = new ChildProcess(new Process { StartInfo = StartInfo(launch), EnableRaisingEvents = true });
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        child._process.Exited += (_, _) => ended.TrySetResult();
        try
        {
            await SpawnThread.RunAsync(() => child._process.Start());
            child.Id = child._process.Id;
        }
        catch (Win32Exception failure)
        {
            child.Dispose();
            throw new DistributedApplicationException($"The program {launch.Program} cannot be started: {failure.Message}");
        }

        if (!talks)
        {
            child._process.StandardInput.Close();
        }

        _ = child.WatchAsync(
            ended.Task,
            Task.WhenAll(PumpAsync(child._process.StandardOutput, onLine), PumpAsync(child._process.StandardError, onError ?? onLine)));
        return child;
    }

    public void Send(Signal signal)
    {
        if (!_exited.Task.IsCompleted)
        {
            _ = Kill(Id, (int)signal);
        }
    }

    /// <summary>Ends the process and everything it started that did not leave its session's process group.</summary>
    public void KillAll()
    {
        if (!_exited.Task.IsCompleted)
        {
            _ = Kill(Id, (int)Signal.Kill);
            KillGroup();
        }
    }

    public void Dispose() => _process.Dispose();

    private static ProcessStartInfo StartInfo(Launch launch)
    {
        var command = (string[])[.. Wrapper, launch.Program, .. launch.Arguments];
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = launch.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in info.Environment.Keys.Where(IsNotInherited).ToArray())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in launch.Environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    /// <summary>What is meant for the AppHost alone; parameters among it reach those resources that are given them.</summary>
    private static bool IsNotInherited(string name) => NotInherited.Contains(name, StringComparer.OrdinalIgnoreCase)
        || name.StartsWith("Parameters__", StringComparison.OrdinalIgnoreCase) || name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase);

    private static async Task PumpAsync(StreamReader reader, Action<string> onLine)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                onLine(line);
            }
        }
        catch (IOException)
        {
            // The process ended in the middle of a line.
        }
    }

    private async Task WatchAsync(Task ended, Task output)
    {
        await ended;
        KillGroup();
        await output;
        _exited.TrySetResult(_process.ExitCode);
    }

    private void KillGroup()
    {
        if (Wrapper.Length > 0)
        {
            _ = Kill(-Id, (int)Signal.Kill);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Devex.Testing;

/// <summary>
/// A program under test as a child process: its output line by line, waiting for a line or for HTTP, and a sure end.
/// </summary>
/// <remarks>
/// The child is started through <c>setpriv --pdeathsig KILL</c> where that tool exists, so that it dies with the test
/// run even when the run itself is killed. Only this one process is ever signalled, by its id.
/// </remarks>
public sealed partial class ProgramProcess : IAsyncDisposable
{
    /// <summary>How long <see cref="StopAsync"/> waits after SIGTERM before it sends SIGKILL.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    /// <summary>How long the waiting methods wait when no time is given. Generous: test machines are shared.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private const string Setpriv = "/usr/bin/setpriv";
    private const int SigTerm = 15;

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });

    private static readonly ConcurrentDictionary<ProgramProcess, bool> Living = [];

    private readonly Process _process;
    private readonly OutputLog _output = new();

    private ProgramProcess(Process process) => _process = process;

    /// <summary>Told of each line as it arrives, on the thread that reads it.</summary>
    public event Action<string>? LineArrived;

    /// <summary>The process id. With setpriv it is the program's own: setpriv replaces itself.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The exit code; throws while the program runs. 128 + n after signal n.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Standard output and error so far, in the order of arrival.</summary>
    public IReadOnlyList<string> Output => _output.Lines;

    public string OutputText => string.Join('\n', Output);

    /// <summary>Starts <paramref name="path"/>. A null value in <paramref name="environment"/> removes the variable.</summary>
    /// <exception cref="FileNotFoundException">There is no such program (a path with a slash is checked here).</exception>
    public static ProgramProcess Start(
        string path,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null)
    {
        if (path.Contains('/') && !File.Exists(path)) throw new FileNotFoundException($"There is no program at {path}.", path);

        var info = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
        };
        if (File.Exists(Setpriv))
        {
            info.FileName = Setpriv;
            foreach (var word in new[] { "--pdeathsig", "KILL", "--", path }) info.ArgumentList.Add(word);
        }
        else
        {
            info.FileName = path;
        }

        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            if (value is null) info.Environment.Remove(name);
            else info.Environment[name] = value;
        }

        var program = new ProgramProcess(new Process { StartInfo = info, EnableRaisingEvents = true });
        program._process.OutputDataReceived += (_, e) => program.Hear(e.Data);
        program._process.ErrorDataReceived += (_, e) => program.Hear(e.Data);
        ParentThread.Run(() => program._process.Start());
        Living[program] = true;
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        program._process.StandardInput.Close();
        return program;
    }

    /// <summary>Waits for the first output line that matches; lines printed before the call count.</summary>
    /// <exception cref="InvalidOperationException">The program ended, or the time was up, without such a line; the message holds its output.</exception>
    public async Task<Match> WaitForLineAsync(string pattern, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        using var limit = Limit(timeout, cancellationToken);
        var regex = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
        try
        {
            return await _output.FirstMatchAsync(regex, limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or EndOfStreamException && !cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"No line matched /{pattern}/ ({State}). Output:\n{OutputText}", e);
        }
    }

    /// <summary>Waits until a GET of <paramref name="url"/> answers 200.</summary>
    /// <exception cref="InvalidOperationException">The program ended, or the time was up, first; the message holds its output.</exception>
    public Task WaitForHttpAsync(Uri url, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        WaitForAsync(url.ToString(), token => AnswersAsync(url, token), timeout, cancellationToken: cancellationToken);

    /// <summary>Asks <paramref name="isReady"/> again and again, each 20 ms or <paramref name="pause"/>, for servers that announce themselves in no other way.</summary>
    /// <exception cref="InvalidOperationException">The program ended, or the time was up, first; the message holds its output.</exception>
    public async Task WaitForAsync(
        string what, Func<CancellationToken, Task<bool>> isReady, TimeSpan? timeout = null, TimeSpan? pause = null,
        CancellationToken cancellationToken = default)
    {
        using var limit = Limit(timeout, cancellationToken);
        using var tick = new PeriodicTimer(pause ?? TimeSpan.FromMilliseconds(20));
        try
        {
            while (!HasExited)
            {
                if (await isReady(limit.Token)) return;
                await tick.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Reported below, with the output that says why.
        }

        throw new InvalidOperationException($"{what} did not become ready ({State}). Output:\n{OutputText}");
    }

    /// <summary>Waits for the end and for the last of the output; returns the exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        using var limit = Limit(timeout, cancellationToken);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM, then SIGKILL after <see cref="StopGrace"/>. Idempotent; returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!HasExited) Signal(SigTerm);
        try
        {
            return await WaitForExitAsync(StopGrace);
        }
        catch (OperationCanceledException)
        {
            return await KillAsync();
        }
    }

    /// <summary>SIGKILL: no chance to tidy up, as when the machine loses power.</summary>
    public async Task<int> KillAsync()
    {
        if (!HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Kills every one that was not disposed: for programs that have to end in the middle of what they do.</summary>
    public static Task KillAllAsync() => Task.WhenAll(Living.Keys.Select(program => program.KillAsync()));

    /// <summary>Sends a signal by number (2 SIGINT, 15 SIGTERM, 19 SIGSTOP, 18 SIGCONT) to this process alone.</summary>
    public void Signal(int signal)
    {
        if (Kill(Id, signal) != 0 && !HasExited) throw new InvalidOperationException($"Signal {signal} could not be sent to {Id}.");
    }

    /// <summary>The same to a process that a program has started.</summary>
    public static void Signal(int process, int signal)
    {
        if (Kill(process, signal) != 0) throw new InvalidOperationException($"Signal {signal} could not be sent to {process}.");
    }

    public async ValueTask DisposeAsync()
    {
        Living.TryRemove(this, out _);
        await StopAsync();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        _output.Add(line);
        if (line is not null) LineArrived?.Invoke(line);
    }

    private string State => HasExited ? $"the program ended with {ExitCode}" : "the program still runs";

    private static async Task<bool> AnswersAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Http.GetAsync(url, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static CancellationTokenSource Limit(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout ?? DefaultTimeout);
        return limit;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

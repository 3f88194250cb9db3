using System.Diagnostics;
using System.Text;

namespace Devex.Core.Imports.Git;

/// <summary>One run of git. Disposing ends it, and what it started, wherever it is.</summary>
internal sealed class GitRun : IAsyncDisposable
{
    private const int KeptErrors = 4000;

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Task _reading;

    public GitRun(Process process)
    {
        _process = process;
        _reading = ReadErrorsAsync();
    }

    /// <summary>Told each line of what git says, those of its progress included.</summary>
    public Action<string>? Said { get; set; }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>What it writes, to its end.</summary>
    /// <exception cref="GitFailedException">It is longer than <paramref name="most"/> bytes.</exception>
    public async Task<string> TextAsync(int most, CancellationToken cancellationToken)
    {
        var bytes = new byte[most + 1];
        var length = await Output.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= most ? Encoding.UTF8.GetString(bytes, 0, length) : throw new GitFailedException("more output than expected");
    }

    /// <summary>Waits for its end.</summary>
    /// <exception cref="GitFailedException">It failed; the message is what it said last.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(cancellationToken);
        await _reading.WaitAsync(cancellationToken);
        if (_process.ExitCode != 0)
            throw new GitFailedException(_errors.ToString().Trim());
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended.
        }
        await _process.WaitForExitAsync(CancellationToken.None);
        await _reading;
        _process.Dispose();
    }

    /// <summary>Progress ends its lines with CR.</summary>
    private async Task ReadErrorsAsync()
    {
        var line = new StringBuilder();
        var buffer = new char[1024];
        int read;
        while ((read = await _process.StandardError.ReadAsync(buffer)) > 0)
        {
            foreach (var c in buffer.AsSpan(0, read))
            {
                if (c is not ('\r' or '\n'))
                {
                    if (line.Length < KeptErrors)
                        line.Append(c);
                    continue;
                }
                Said?.Invoke(line.ToString());
                if (c == '\n' && _errors.Length < KeptErrors)
                    _errors.Append(line).Append('\n');
                line.Clear();
            }
        }
    }
}

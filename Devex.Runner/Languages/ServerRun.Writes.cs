using System.Text.Json;
using Devex.Contracts.Protocol;

namespace Devex.Runner.Languages;

/// <summary>The thread that writes: before each request the texts that changed, and once a second a look at what takes too long.</summary>
internal sealed partial class ServerRun
{
    private void Write()
    {
        try
        {
            lock (_gate)
                _asked[0] = new Asked(null, [], [], _began);
            WriteOne(Initialize.Request(0, _host.Root));
            while (true)
            {
                _wake.WaitOne(Tick);
                lock (_gate)
                {
                    if (_ended)
                        break;
                }
                Watch();
                if (_initialized)
                    Flush();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has closed its input: the reader hears of its end, too.
            End("closed its input");
        }
        Finish();
    }

    private void Flush()
    {
        if (!_greeted)
        {
            // Servers drop what they are told before this.
            WriteOne(LspFrames.Notification("initialized", _ => { }));
            _greeted = true;
        }
        Synchronize();
        while (Next() is { } waiting)
        {
            if (waiting.Asker is null)
            {
                WriteOne(waiting.Parameters);
                continue;
            }
            // Its places are in texts that the server must have by now.
            Synchronize();
            try
            {
                var parameters = Mirror.Translate(waiting.Parameters);
                int number;
                lock (_gate)
                {
                    number = _next++;
                    _asked[number] = new Asked(waiting.Asker, waiting.Id, Mirror.Versions(), _host.Time.GetTimestamp());
                }
                WriteOne(LspFrames.Request(number, waiting.Method, parameters));
            }
            catch (LspRefusal e)
            {
                waiting.Asker.Answer(LspFrames.Error(waiting.Id, e.Code, e.Message));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
            {
                waiting.Asker.Answer(LspFrames.Error(waiting.Id, LspErrors.RequestFailed, "The parameters are not as the protocol has them."));
            }
        }
    }

    private Waiting? Next()
    {
        lock (_gate)
            return !_ended && _line.TryDequeue(out var waiting) ? waiting : null;
    }

    private void Synchronize()
    {
        foreach (var message in Mirror.Sync(_incremental))
            WriteOne(message);
        List<FileChange> changed;
        lock (_gate)
        {
            if (_changed.Count == 0)
                return;
            changed = [.. _changed];
            _changed.Clear();
        }
        WriteOne(LspFrames.Notification("workspace/didChangeWatchedFiles", writer =>
        {
            writer.WriteStartArray("changes"u8);
            foreach (var change in changed)
            {
                writer.WriteStartObject();
                writer.WriteString("uri"u8, change.Path.Length == 0 ? _host.Root : $"{_host.Root}/{string.Join('/', change.Path.Split('/').Select(Uri.EscapeDataString))}");
                writer.WriteNumber("type"u8, change.Change switch { FileChangeKind.Created => 1, FileChangeKind.Changed => 2, _ => 3 });
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }));
    }

    private void WriteOne(byte[] frame)
    {
        _program.Input.Write(LspFrames.Header(frame.Length));
        _program.Input.Write(frame);
        _program.Input.Flush();
    }

    /// <summary>What takes too long, or too much memory.</summary>
    private void Watch()
    {
        var late = new List<Asked>();
        lock (_gate)
        {
            foreach (var (number, asked) in _asked.Where(entry => _host.Time.GetElapsedTime(entry.Value.At) > (entry.Key == 0 ? InitializePatience : Patience)).ToList())
            {
                _asked.Remove(number);
                late.Add(asked);
                if (number > 0)
                    Send(LspFrames.Notification("$/cancelRequest", writer => writer.WriteNumber("id"u8, number)));
            }
            _unanswered += late.Count;
        }
        foreach (var asked in late)
            asked.Asker?.Answer(LspFrames.Error(asked.Id, LspErrors.ServerCancelled, $"The language server did not answer within {Patience.TotalSeconds:0} s."));
        if (!_initialized && late.Count > 0)
            End($"did not start within {InitializePatience.TotalSeconds:0} s");
        else if (_unanswered >= MostUnanswered)
            End("answers no more");
        if (_host.Time.GetElapsedTime(_memoryAt) < LookAtMemory)
            return;
        _memoryAt = _host.Time.GetTimestamp();
        if (ServerProgram.MemoryOf(_program.Pid) > ((long)_spec.MemoryMegabytes << 20) * 3 / 2)
            End($"used more than its {_spec.MemoryMegabytes} MB of memory");
    }

    /// <summary>The writer is the one that ends last: what was asked is answered, and then it is told.</summary>
    private void Finish()
    {
        List<(IAsker? Asker, byte[] Id)> left;
        string? why;
        lock (_gate)
        {
            left = [.. _asked.Values.Select(asked => (asked.Asker, asked.Id)), .. _line.Select(waiting => (waiting.Asker, waiting.Id))];
            _asked.Clear();
            _line.Clear();
            why = _onPurpose ? null : _why ?? "ended";
        }
        _host.DocumentHost.Touched -= Wake;
        _watching.Dispose();
        foreach (var (asker, id) in left)
            asker?.Answer(LspFrames.Error(id, LspErrors.ServerCancelled, "The language server ended."));
        var words = _lastWords.ToString();
        _events.Ended(this, why is null || words.Length == 0 ? why : $"{why}:\n{words}");
    }
}

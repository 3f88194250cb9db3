using System.Text.Json;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Runner.Programs;

namespace Devex.Runner.Languages;

/// <summary>What happens to a run; called on its threads.</summary>
internal interface IServerEvents
{
    /// <summary>It has answered <c>initialize</c>.</summary>
    void Initialized(ServerRun run, ReadOnlyMemory<byte> capabilities);

    /// <summary>Something for everyone connected. <paramref name="uri"/> names the file of diagnostics.</summary>
    void Said(ServerRun run, byte[] frame, string? uri);

    /// <summary>It is gone; <paramref name="why"/> is for people, null when it was ended on purpose.</summary>
    void Ended(ServerRun run, string? why);
}

/// <summary>Who asked: gets the answer.</summary>
internal interface IAsker
{
    void Answer(byte[] frame);
}

/// <summary>
/// One life of a language server's process. Three threads, because pipes block: one writes (before each request the texts that changed), one reads,
/// one keeps what comes on the error output. Once it has ended for whatever reason, <see cref="IServerEvents.Ended"/> follows once.
/// </summary>
internal sealed class ServerRun : IDisposable
{
    private const int LargestMessage = 64 << 20;
    private const int LargestAnswer = 8 << 20;
    private const int MostWaiting = 512;
    private const int MostUnanswered = 3;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan InitializePatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookAtMemory = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly LanguageServerSpec _spec;
    private readonly LanguageHost _host;
    private readonly IServerEvents _events;
    private readonly PipedProgram _program;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Queue<Waiting> _line = new();
    private readonly Dictionary<int, Asked> _asked = [];
    private readonly LastWords _lastWords = new();
    private readonly IDisposable _watching;
    private readonly List<FileChange> _changed = [];
    private readonly long _began;
    private int _next = 1;
    private int _unanswered;
    private long _memoryAt;
    private bool _initialized;
    private bool _greeted;
    private bool _incremental;
    private bool _ended;
    private string? _why;
    private bool _onPurpose;

    /// <exception cref="System.ComponentModel.Win32Exception">It could not be started.</exception>
    public ServerRun(string program, LanguageServerSpec spec, LanguageHost host, IServerEvents events)
    {
        (_spec, _host, _events) = (spec, host, events);
        Mirror = new TextMirror(spec, host.Root, host.Documents);
        _began = _memoryAt = host.Time.GetTimestamp();
        _program = ServerProgram.Start(program, spec, host);
        host.DocumentHost.Touched += Wake;
        _watching = host.Watcher.Listen(Changed, out _);
        Thread("writes", Write);
        Thread("reads", Read);
        Thread("errors", ReadErrors);
    }

    public TextMirror Mirror { get; }

    /// <summary>How long it has been running.</summary>
    public TimeSpan Age => _host.Time.GetElapsedTime(_began);

    /// <summary>Passes a request on; the answer, or why there is none, goes to <paramref name="asker"/>.</summary>
    public void Ask(IAsker asker, ReadOnlyMemory<byte> id, string method, ReadOnlyMemory<byte> parameters)
    {
        lock (_gate)
        {
            if (!_ended && _line.Count + _asked.Count < MostWaiting)
            {
                _line.Enqueue(new Waiting(asker, id.ToArray(), method, parameters.ToArray()));
                Wake();
                return;
            }
        }
        asker.Answer(LspFrames.Error(id, LspErrors.ServerCancelled, "The language server is busy; try again."));
    }

    /// <summary>The asker wants no answer to one of their requests, or (id empty) to any.</summary>
    public void Cancel(IAsker asker, ReadOnlyMemory<byte> id)
    {
        lock (_gate)
        {
            foreach (var (number, asked) in _asked.Where(entry => entry.Value.Asker == asker && (id.IsEmpty || entry.Value.Id.AsSpan().SequenceEqual(id.Span))).ToList())
            {
                _asked[number] = asked with { Asker = null };
                Send(LspFrames.Notification("$/cancelRequest", writer => writer.WriteNumber("id"u8, number)));
                if (!id.IsEmpty)
                    asker.Answer(LspFrames.Error(id, -32800, "Cancelled."));
            }
        }
    }

    /// <summary>Ends it without a crash.</summary>
    public void Dispose()
    {
        lock (_gate)
            _onPurpose = true;
        End(null);
    }

    private void Send(byte[] frame)
    {
        lock (_gate)
        {
            _line.Enqueue(new Waiting(null, [], "", frame));
            Wake();
        }
    }

    private void Wake() => _wake.Set();

    private void Changed(FilesChanged changed)
    {
        lock (_gate)
        {
            if (changed.Overflow)
                _changed.Add(new FileChange("", FileChangeKind.Changed));
            if (_changed.Count < 10_000)
                _changed.AddRange(changed.Paths);
        }
        Wake();
    }

    private void End(string? why)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            _ended = true;
            _why = why;
        }
        _program.Kill();
        Wake();
    }

    // ---- writes

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

    // ---- reads

    private void Read()
    {
        try
        {
            var reader = new LspReader(_program.Output, LargestMessage);
            while (reader.Read() is { } message)
                Take(LspMessage.Parse(message));
            _program.Exited.Wait(Tick);
            End(_program.Exited.IsCompletedSuccessfully ? $"ended with exit code {_program.Exited.Result}" : "closed its output");
        }
        catch (InvalidDataException e)
        {
            End(e.Message);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            End("is gone");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            End("wrote something that is not the Language Server Protocol");
        }
        finally
        {
            _program.Dispose();
        }
    }

    private void Take(in LspMessage message)
    {
        if (message.IsRequest)
        {
            Send(ServerQuestions.Answer(message, _spec, _host.Root));
            if (message.Method == "workspace/diagnostic/refresh")
                _events.Said(this, LspFrames.Notification("devex/refresh", _ => { }), null);
        }
        else if (message.Method == "textDocument/publishDiagnostics")
        {
            Publish(message);
        }
        else if (message.Method is null && int.TryParse(message.Id.Span, out var number))
        {
            TakeAnswer(number, message);
        }
        // Progress, logs and what else a server tells is for nobody here.
    }

    private void TakeAnswer(int number, in LspMessage message)
    {
        Asked asked;
        lock (_gate)
        {
            _unanswered = 0;
            if (!_asked.Remove(number, out asked!))
                return;
        }
        if (number == 0)
        {
            Begin(message);
            return;
        }
        asked.Asker?.Answer(message.Result.Length > LargestAnswer
            ? LspFrames.Error(asked.Id, LspErrors.RequestFailed, "The language server's answer is too large.")
            : LspFrames.Answer(asked.Id, message, asked.Versions));
    }

    private void Begin(in LspMessage message)
    {
        if (!message.Error.IsEmpty || message.Result.IsEmpty)
            throw new InvalidDataException("refused to start");
        using var document = JsonDocument.Parse(message.Result);
        if (!document.RootElement.TryGetProperty("capabilities", out var capabilities) || capabilities.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException("refused to start");
        _incremental = IsIncremental(capabilities);
        _events.Initialized(this, System.Text.Encoding.UTF8.GetBytes(capabilities.GetRawText()));
        _initialized = true;
        Wake();
    }

    private static bool IsIncremental(JsonElement capabilities)
    {
        if (!capabilities.TryGetProperty("textDocumentSync", out var sync))
            return false;
        var kind = sync.ValueKind == JsonValueKind.Object && sync.TryGetProperty("change", out var change) ? change : sync;
        return kind.ValueKind == JsonValueKind.Number && kind.GetInt32() == 2;
    }

    private void Publish(in LspMessage message)
    {
        using var document = JsonDocument.Parse(message.Params);
        if (message.Params.Length > LargestAnswer || document.RootElement.GetProperty("uri").GetString() is not { } uri)
            return;
        int? version = document.RootElement.TryGetProperty("version", out var told) && told.ValueKind == JsonValueKind.Number ? told.GetInt32() : null;
        _events.Said(this, LspFrames.Forward(message.Method!, message.Params.Span, Mirror.Versions(uri, version)), uri);
    }

    private void ReadErrors()
    {
        var buffer = new byte[4096];
        try
        {
            while (_program.Errors.Read(buffer) is > 0 and var read)
                _lastWords.Add(buffer.AsSpan(0, read));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The other threads see to the end.
        }
    }

    private void Thread(string what, Action body) =>
        new Thread(() => body(), 256 << 10) { IsBackground = true, Name = $"{_spec.Id} {what}" }.Start();

    private sealed record Waiting(IAsker? Asker, byte[] Id, string Method, byte[] Parameters);

    private sealed record Asked(IAsker? Asker, byte[] Id, byte[] Versions, long At);
}

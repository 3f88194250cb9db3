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
internal sealed partial class ServerRun : IDisposable
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

    private void Thread(string what, Action body) =>
        new Thread(() => body(), 256 << 10) { IsBackground = true, Name = $"{_spec.Id} {what}" }.Start();

    private sealed record Waiting(IAsker? Asker, byte[] Id, string Method, byte[] Parameters);

    private sealed record Asked(IAsker? Asker, byte[] Id, byte[] Versions, long At);
}

using System.ComponentModel;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;

namespace Devex.Runner.Languages;

/// <summary>
/// One language server of the REPL, whoever uses it:
/// <code>
///   stopped ──an editor connects──► starting ──► running ──nobody for 5 min──► stopped
///      │ no program: missing           └─────┬──────┘ crash
///      ▼                                     ▼
///   missing                 waiting (1, 2, 4 … 60 s) ──► starting; after 5 crashes in a row: failed
/// </code>
/// </summary>
internal sealed class LanguageServer(LanguageServerSpec spec, LanguageHost host) : IServerEvents, IDisposable
{
    private const int MostCrashes = 5;
    private const int MostDiagnosed = 500;

    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly HashSet<LanguageConnection> _connections = [];
    private readonly Dictionary<string, byte[]> _diagnostics = new(StringComparer.Ordinal);
    private LanguageServerState _state;
    private string? _message;
    private byte[]? _capabilities;
    private ServerRun? _run;
    private ITimer? _timer;
    private int _crashes;
    private bool _disposed;

    public LanguageServerInfo Info
    {
        get
        {
            lock (_gate)
                return new LanguageServerInfo(spec.Id, spec.Name, spec.Languages, _state, _message, spec.Package);
        }
    }

    /// <summary>Somebody uses it. An editor's use starts it; viewers share what runs.</summary>
    public void Join(LanguageConnection connection)
    {
        lock (_gate)
        {
            _connections.Add(connection);
            if (_run is not null)
                StopTimer();
            else if (_state is LanguageServerState.Stopped or LanguageServerState.Missing && connection.Role >= Role.Editor)
                Start();
            connection.Send(StateFrame());
            foreach (var frame in _diagnostics.Values)
                connection.Send(frame);
        }
    }

    public void Leave(LanguageConnection connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
            _run?.Cancel(connection, default);
            if (_connections.Count > 0)
                return;
            if (_state is LanguageServerState.Waiting)
            {
                StopTimer();
                Become(LanguageServerState.Stopped, null);
            }
            if (_run is not null)
                Later(IdleTime, StopIdle);
        }
    }

    public void Ask(LanguageConnection connection, in LspMessage request)
    {
        ServerRun? run;
        lock (_gate)
        {
            if (_state == LanguageServerState.Stopped && connection.Role >= Role.Editor)
                Start();
            run = _run;
        }
        if (run is null)
            connection.Answer(LspFrames.Error(request.Id, LspErrors.ServerCancelled, "The language server does not run."));
        else
            run.Ask(connection, request.Id, request.Method!, request.Params);
    }

    public void Cancel(LanguageConnection connection, ReadOnlyMemory<byte> id)
    {
        lock (_gate)
            _run?.Cancel(connection, id);
    }

    /// <summary>Starts it anew, whatever it does now and however often it has crashed.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            StopTimer();
            _crashes = 0;
            _run?.Dispose();
            _run = null;
            Start();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            StopTimer();
            _run?.Dispose();
        }
    }

    void IServerEvents.Initialized(ServerRun run, ReadOnlyMemory<byte> capabilities)
    {
        lock (_gate)
        {
            if (run != _run)
                return;
            _capabilities = capabilities.ToArray();
            Become(LanguageServerState.Running, null);
        }
    }

    void IServerEvents.Said(ServerRun run, byte[] frame, string? uri)
    {
        lock (_gate)
        {
            if (run != _run)
                return;
            // Who comes later is told, too; of so many files that nobody reads them all.
            if (uri is not null && (_diagnostics.Count < MostDiagnosed || _diagnostics.ContainsKey(uri)))
                _diagnostics[uri] = frame;
            foreach (var connection in _connections)
                connection.Send(frame);
        }
    }

    void IServerEvents.Ended(ServerRun run, string? why)
    {
        lock (_gate)
        {
            if (run != _run)
                return;
            _run = null;
            _capabilities = null;
            _diagnostics.Clear();
            if (_disposed)
                return;
            // A session that is being saved ends all programs: that is no crash, and nothing starts again.
            if (why is null || host.Session.Frozen is not null)
            {
                Become(LanguageServerState.Stopped, null);
                return;
            }
            LanguageServerLog.Ended(host.Logger, spec.Id, why);
            _crashes = run.Age > Steady ? 1 : _crashes + 1;
            Crashed(why);
        }
    }

    private void Crashed(string why)
    {
        if (_crashes >= MostCrashes)
        {
            Become(LanguageServerState.Failed, $"{spec.Name}'s language server {why}\nIt was tried {_crashes} times.");
        }
        else if (_connections.Count == 0)
        {
            Become(LanguageServerState.Stopped, null);
        }
        else
        {
            var pause = FirstPause * Math.Pow(2, _crashes - 1);
            Later(pause < LongestPause ? pause : LongestPause, Start);
            Become(LanguageServerState.Waiting, $"{spec.Name}'s language server {why}\nIt starts again.");
        }
    }

    private void Start()
    {
        if (_disposed || _run is not null || host.Session.Frozen is not null)
            return;
        if (ServerProgram.Find(spec, host.Options) is not { } program)
        {
            Become(LanguageServerState.Missing, $"{spec.Command} is not installed here.");
            return;
        }
        try
        {
            _run = new ServerRun(program, spec, host, this);
            Become(LanguageServerState.Starting, null);
        }
        catch (Win32Exception e)
        {
            _crashes++;
            Crashed($"could not be started: {e.Message}");
        }
    }

    private void StopIdle()
    {
        if (_connections.Count > 0 || _run is null)
            return;
        _run.Dispose();
    }

    private void Become(LanguageServerState state, string? message)
    {
        (_state, _message) = (state, message);
        var frame = StateFrame();
        foreach (var connection in _connections)
            connection.Send(frame);
        host.Hub.Broadcast("languages.changed", new LanguageServerInfo(spec.Id, spec.Name, spec.Languages, state, message, spec.Package), ProtocolJson.Default.LanguageServerInfo);
    }

    private byte[] StateFrame() => LspFrames.Notification("devex/state", writer =>
    {
        writer.WriteString("state"u8, _state.ToString().ToLowerInvariant());
        if (_message is not null)
            writer.WriteString("message"u8, _message);
        if (_capabilities is not null)
            LspFrames.Raw(writer, "capabilities"u8, _capabilities);
    });

    private void Later(TimeSpan pause, Action action)
    {
        StopTimer();
        ITimer? timer = null;
        timer = _timer = host.Time.CreateTimer(_ =>
        {
            lock (_gate)
            {
                if (timer == _timer && !_disposed)
                    action();
            }
        }, null, pause, Timeout.InfiniteTimeSpan);
    }

    private void StopTimer()
    {
        _timer?.Dispose();
        _timer = null;
    }
}

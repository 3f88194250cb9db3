using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Serving;
using Devex.Runner.Sessions;

namespace Devex.Runner.Saves;

/// <summary>
/// <c>saves.state</c> and <c>saves.changed</c>; looks twice a second, while anybody is connected. Also tells the saver that <c>serve</c> is there, by a lock that
/// it holds until everything acknowledged is in files.
/// </summary>
internal sealed class SavesFeature(SavesFile saves, SpaceWarden warden, ServeOptions options, SessionHub hub, TimeProvider time) : ISessionFeature, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private FileStream? _presence;
    private (SavesState?, string?) _told;
    private bool _looking;

    public void Register(MethodTable methods, RouteTable routes)
    {
        _presence = Announce();
        methods.Add("saves.state", ProtocolJson.Default.Nothing, ProtocolJson.Default.SavesState, (_, _, _) => Task.FromResult(State()));
    }

    public void Joined(SessionClient client)
    {
        lock (_gate)
        {
            if (_looking)
                return;
            _looking = true;
        }
        _ = LookWhileConnectedAsync();
    }

    public Task StopAsync(CancellationToken cancellation)
    {
        // Called after everything was frozen and flushed: the saver may take what there is.
        _presence?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _presence?.Dispose();

    private SavesState State() => saves.Read() with { Halted = warden.Words };

    private FileStream? Announce()
    {
        try
        {
            Directory.CreateDirectory(options.Journal);
            return new FileStream(Path.Combine(options.Journal, JournalFile.Serving), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task LookWhileConnectedAsync()
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync())
        {
            lock (_gate)
            {
                if (hub.Clients.IsEmpty)
                {
                    _looking = false;
                    return;
                }
            }
            var now = (saves.Read(), warden.Words);
            if (ReferenceEquals(now.Item1, _told.Item1) && now.Words == _told.Item2)
                continue;
            _told = now;
            hub.Broadcast("saves.changed", State(), ProtocolJson.Default.SavesState);
        }
    }
}

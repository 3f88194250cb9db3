using System.Runtime.InteropServices;
using Devex.Hosting.Console;

namespace Devex.Hosting.Orchestration;

/// <summary>The first SIGINT or SIGTERM asks for the end; the second Ctrl-C kills, and says what.</summary>
internal sealed class EndSignals : IDisposable
{
    private readonly IAppConsole _console;
    private readonly Func<IEnumerable<string>> _running;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _kill = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    public EndSignals(IAppConsole console, Func<IEnumerable<string>> running, CancellationToken cancellation)
    {
        (_console, _running) = (console, running);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _stop.Token.Register(() => _stopped.TrySetResult());
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => On(context, again: KillNow)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => On(context, again: () => { })),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => On(context, again: () => { })),
        ];
    }

    public CancellationToken Stop => _stop.Token;

    public Task Stopped => _stopped.Task;

    /// <summary>Cancelled when waiting shall end.</summary>
    public CancellationToken Kill => _kill.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
        _kill.Dispose();
    }

    private void On(PosixSignalContext context, Action again)
    {
        context.Cancel = true;
        if (_stop.IsCancellationRequested)
        {
            again();
            return;
        }

        _console.Say("Stopping. What is unsaved is being saved; Ctrl+C again kills what still runs.");
        _stop.Cancel();
    }

    private void KillNow()
    {
        var running = string.Join(", ", _running());
        _console.Say(running.Length == 0 ? "Nothing runs any more." : $"Killing what still runs: {running}. What these had not saved stays in the data folder.");
        _kill.Cancel();
    }
}

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Devex.Contracts;
using Devex.Core.Runtimes;
using Devex.Core.Sessions.Store;
using Devex.Core.Storage;
using Microsoft.Extensions.Options;

namespace Devex.Core.Sessions;

/// <summary>
/// One loop per REPL that has work, on whichever replica holds its lease; woken by <see cref="Wake"/>, by what the runtime reports, by time, and by a
/// sweep that compares what is wanted, what is recorded and what runs, also at once when Redis is back.
/// </summary>
internal sealed partial class Reconciler(
    SessionEngine engine, ISessionLeases leases, ISessionStore store, IReplRecords repls, IReplRuntime runtime, ISessionSignals signals,
    SessionMetrics metrics, IOptions<SessionsOptions> options, TimeProvider time, ILogger<Reconciler> logger) : BackgroundService
{
    private static readonly TimeSpan Waited = TimeSpan.FromSeconds(4);

    private readonly Lock _gate = new();
    private readonly Dictionary<ReplId, Loop> _loops = [];
    // Loops may be woken before the host has begun to execute this service, so they have a token of their own.
    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<bool> _sweeps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Number of loops now; for tests and metrics.</summary>
    public int Loops
    {
        get
        {
            lock (_gate)
                return _loops.Count;
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await runtime.StartAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Has a REPL looked at, here, as soon as may be.</summary>
    /// <param name="owner">The REPL's owner.</param>
    /// <param name="id">The REPL.</param>
    /// <param name="trace">W3C trace parent of the request that changed it.</param>
    public void Wake(UserId owner, ReplId id, string? trace = null)
    {
        lock (_gate)
        {
            if (_ended.IsCancellationRequested)
                return;
            if (_loops.TryGetValue(id, out var loop))
            {
                loop.Again = true;
                loop.Trace = trace ?? loop.Trace;
                if (loop.Work is { } work)
                {
                    work.Trace = loop.Trace;
                    work.Wake();
                }
                return;
            }
            loop = new Loop { Trace = trace };
            _loops.Add(id, loop);
            loop.Task = Task.Run(() => RunLoopAsync(owner, id, loop), CancellationToken.None);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            _ended.Cancel();
        await base.StopAsync(cancellationToken);
        Task[] running;
        lock (_gate)
            running = [.. _loops.Values.Select(loop => loop.Task!)];
        await Task.WhenAll(running).WaitAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _ended.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(SweepAsync(stoppingToken), FollowRuntimeAsync(stoppingToken), FollowReplicasAsync(stoppingToken));

    private async Task RunLoopAsync(UserId owner, ReplId id, Loop loop)
    {
        // A loop lives as long as its session: whatever request began it is over long before.
        Activity.Current = null;
        do
        {
            lock (_gate)
                loop.Again = loop.Anew = false;
            await HoldAsync(owner, id, loop);
        }
        while (!TryEnd(id, loop));
    }

    private bool TryEnd(ReplId id, Loop loop)
    {
        lock (_gate)
        {
            // Woken after the last look: look again, unless it is another replica's business.
            if ((loop.Anew || (loop.Again && !loop.Elsewhere)) && !_ended.IsCancellationRequested)
                return false;
            _loops.Remove(id);
            return true;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever fails in one session is logged and tried again; no other session may notice.")]
    private async Task HoldAsync(UserId owner, ReplId id, Loop loop)
    {
        try
        {
            await using var lease = await leases.TakeAsync(id, _ended.Token);
            loop.Elsewhere = lease is null;
            if (lease is null)
                return;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, lease.Lost);
            var work = new SessionWork(owner, id, lease.Fence);
            lock (_gate)
            {
                work.Trace = loop.Trace;
                loop.Work = work;
            }
            await WorkAsync(work, ended.Token);
        }
        catch (OperationCanceledException)
        {
            loop.Elsewhere = true;
        }
        catch (LeaseLostException)
        {
            metrics.Failed(ReconcileError.Lease);
            LogLeaseLost(id);
            loop.Elsewhere = true;
        }
        catch (Exception e)
        {
            // Redis is away: the sweep comes back.
            metrics.Failed(ReconcileError.Step);
            LogFailed(e, id, options.Value.SweepInterval);
            loop.Elsewhere = true;
        }
        finally
        {
            lock (_gate)
                loop.Work = null;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "As above.")]
    private async Task WorkAsync(SessionWork work, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            TimeSpan? wait;
            try
            {
                wait = await engine.RunAsync(work, cancellationToken);
                failures = 0;
            }
            catch (Exception e) when (e is not (OperationCanceledException or LeaseLostException))
            {
                wait = BackOff.After(++failures);
                metrics.Failed(ReconcileError.Step);
                if (!StorageAway.IsS3(e))
                {
                    LogFailed(e, work.Id, wait.Value);
                }
                else
                {
                    // S3 that is away refuses at once; who waits for a start or stop does not wait on when it is back.
                    if (await engine.TellOfStorageAsync(work, cancellationToken) && wait > Waited)
                        wait = Waited;
                    LogStorageAway(work.Id, e.Message, wait.Value);
                }
            }
            if (wait is not { } time)
                return;
            await WaitAsync(work, time, cancellationToken);
        }
    }

    private async Task WaitAsync(SessionWork work, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var woken = work.WaitAsync(either.Token);
        var due = Task.Delay(wait, time, either.Token);
        await Task.WhenAny(woken, due);
        await either.CancelAsync();
        await Task.WhenAll(woken, due).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
    }

    [SuppressMessage("Design", "CA1031", Justification = "The next sweep tries again.")]
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        try
        {
            var (due, asked) = (timer.WaitForNextTickAsync(cancellationToken).AsTask(), _sweeps.Reader.ReadAsync(cancellationToken).AsTask());
            while (true)
            {
                try
                {
                    await SweepOnceAsync(cancellationToken);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    metrics.Failed(ReconcileError.Sweep);
                    LogSweepFailed(e);
                }
                if (await Task.WhenAny(due, asked) == due)
                    due = timer.WaitForNextTickAsync(cancellationToken).AsTask();
                else
                    asked = _sweeps.Reader.ReadAsync(cancellationToken).AsTask();
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Has everything looked at that may have changed unheard, also by those who think that they know it.</summary>
    private void LookAtAll()
    {
        lock (_gate)
        {
            foreach (var loop in _loops.Values)
            {
                loop.Anew = true;
                loop.Work?.Wake();
            }
        }
        _sweeps.Writer.TryWrite(true);
    }

    private async Task SweepOnceAsync(CancellationToken cancellationToken)
    {
        var held = await runtime.ListAsync(cancellationToken);
        var wanted = await repls.ActiveAsync(cancellationToken);
        var recorded = await store.ActiveAsync(cancellationToken);
        foreach (var (owner, id) in held.Select(session => (session.Owner, session.Id)).Concat(wanted).Concat(recorded).Distinct())
        {
            bool known;
            lock (_gate)
                known = _loops.ContainsKey(id);
            if (!known)
                Wake(owner, id);
        }
    }

    private async Task FollowRuntimeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var session in runtime.WatchAsync(cancellationToken))
                Wake(session.Owner, session.Id);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task FollowReplicasAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var signal in signals.ReceiveAsync(cancellationToken))
            {
                if (signal is var (owner, id, trace))
                    Wake(owner, id, trace);
                else
                    LookAtAll();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private sealed class Loop
    {
        public Task? Task { get; set; }

        public SessionWork? Work { get; set; }

        public string? Trace { get; set; }

        /// <summary>Woken since the last look began.</summary>
        public bool Again { get; set; }

        /// <summary>Redis may be another since: who holds the lease is anybody's guess.</summary>
        public bool Anew { get; set; }

        /// <summary>Another replica holds the lease.</summary>
        public bool Elsewhere { get; set; }
    }
}

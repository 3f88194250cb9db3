using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Devex.Bench.Reporting;
using Devex.Bench.Snapshots;
using Devex.Contracts;
using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Core.Sessions;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Devex.Bench.Sessions;

/// <summary>
/// Many sessions on a cluster's real control plane: Core as it is, API server, etcd, controllers and scheduler as they are; nodes that are objects alone, whose kubelets, <c>serve</c>
/// and savers this program stands in for.
/// </summary>
internal sealed class SessionsBench(BenchRun run, LoadPlan plan)
{
    private const string Namespace = "devex-sessions";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);

    private readonly List<(double Resident, double Managed)[]> _memory = [];
    private readonly Resources _resources = new(Namespace);

    public static Func<BenchRun, Task> Of(LoadPlan plan) => run => new SessionsBench(run, plan).RunAsync();

    private async Task RunAsync()
    {
        run.Begin("starting Redis, S3 and Core");
        using var client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(LoadWorld.Given("KUBECONFIG")));
        using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var api = new KubernetesApi(client, new ClusterMetrics(meters.GetRequiredService<IMeterFactory>()));
        await using var world = await LoadWorld.StartAsync(plan);
        run.Begin($"starting {plan.Nodes} nodes");
        await using var nodes = new FakeNodes(client, plan.Nodes);
        await nodes.StartAsync();
        await using var serve = await FakeServe.StartAsync();
        using var writer = new FakeWriter(api, _resources);
        var changes = new StateChanges(world.Redis);
        await changes.StartAsync();
        await using var kubelet = new FakeKubelet(client, api, _resources, serve, writer, changes);
        await kubelet.StartAsync();

        run.Begin($"making {plan.Sessions} REPLs of {plan.Users} people");
        await world.Users.ListenAsync();
        var repls = new ReplId[plan.Sessions];
        await Parallel.ForAsync(0, plan.Sessions, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = run.Ended }, async (n, _) => repls[n] = await world.Users.CreateAsync(n));

        var made = await RequestsAsync(world);
        run.Begin($"starting them, {plan.PerSecond} a second");
        await EachAsync(changes, repls, plan.PerSecond, async (n, id) =>
        {
            var asked = changes.Expect(id, StateChanges.WishToRun, record => record.Phase is not SessionPhase.Stopped);
            var ready = changes.Expect(id, StateChanges.Start, record => record.Phase is SessionPhase.Running);
            await world.Users.WantAsync(n, id, run: true);
            await Task.WhenAll(asked, ready);
        });
        var started = await RequestsAsync(world);

        run.Begin($"holding them for {plan.Hold.TotalSeconds} s");
        var (shares, hold) = (await world.SharesAsync(), Stopwatch.StartNew());
        var (core, server) = (CpuOf(world), ApiServerCpu());
        using (var held = CancellationTokenSource.CreateLinkedTokenSource(run.Ended))
        {
            var watching = WatchMemoryAsync(world, held.Token);
            // Those that were started first, over the whole time but its end.
            await EachAsync(changes, repls[..plan.Restarts], plan.Restarts / (plan.Hold.TotalSeconds * 0.9), async (_, id) => await kubelet.RestartAsync(id));
            if (plan.Hold - hold.Elapsed is { } left && left > TimeSpan.Zero)
                await Task.Delay(left, run.Ended);
            await held.CancelAsync();
            await watching;
        }
        var seconds = hold.Elapsed.TotalSeconds;
        (core, server) = (CpuOf(world) - core, ApiServerCpu() - server);
        var kept = await RequestsAsync(world);

        run.Begin("stopping them");
        await EachAsync(changes, repls, plan.PerSecond, async (n, id) =>
        {
            var asked = changes.Expect(id, StateChanges.WishToStop, record => record.Phase is SessionPhase.Freezing or SessionPhase.Ending or SessionPhase.Saving or SessionPhase.Removing or SessionPhase.Stopped);
            var gone = changes.Expect(id, StateChanges.Stop, record => record.Phase is SessionPhase.Stopped);
            await world.Users.WantAsync(n, id, run: false);
            await Task.WhenAll(asked, gone);
        });
        var stopped = await RequestsAsync(world);
        run.Begin("looking for what is left");
        await NothingIsLeftAsync(api, kubelet);
        var after = await Task.WhenAll(world.Replicas.Select(replica => replica.MemoryAsync()));

        ReportChanges(changes);
        Add("API server: Core's requests of one session", "a start", PerSession(made, started), "requests");
        Add("API server: Core's requests of one session", $"an hour of running, from {seconds:0} s in which one of ten was killed", PerSession(started, kept) * 3600 / seconds, "requests");
        Add("API server: Core's requests of one session", "a stop", PerSession(kept, stopped), "requests");
        Add("API server: of these, lists that read a whole namespace", "start, hold and stop", (Of(stopped, "list ") - Of(made, "list ")) / plan.Sessions, "lists");
        ReportMemory(world, after);
        Add("Core's processor while held", $"of one core{(plan.Replicas == 1 ? "" : ", all replicas together")}", core / seconds / 10, "%");
        Add("API server's processor while held", "of one core", server / seconds / 10, "%");
        if (plan.Replicas > 1)
            Add("shared work: sessions of the replica with fewest", $"of {plan.Sessions:#,0}, by leases: {string.Join(" and ", shares)}", shares.Count < plan.Replicas ? 0 : shares.Min(), "sessions");
        Explain("start", made, started);
        Explain("hold", started, kept);
        Explain("stop", kept, stopped);
        foreach (var line in world.Replicas.SelectMany(replica => replica.Log).Take(40))
            await Console.Error.WriteLineAsync(line);
    }

    /// <summary>Begins with each at its time, and waits until all have come to their end.</summary>
    private async Task EachAsync(StateChanges changes, ReplId[] repls, double perSecond, Func<int, ReplId, Task> act)
    {
        var (began, acts) = (Stopwatch.GetTimestamp(), new List<Task>());
        for (var n = 0; n < repls.Length; n++)
        {
            if (TimeSpan.FromSeconds(n / perSecond) - Stopwatch.GetElapsedTime(began) is { } left && left > TimeSpan.Zero)
                await Task.Delay(left, run.Ended);
            acts.Add(act(n, repls[n]));
            if (acts.FirstOrDefault(task => task.IsFaulted) is { } failed)
                await failed;
        }
        try
        {
            await Task.WhenAll(acts).WaitAsync(Patience, run.Ended);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"{acts.Count(task => !task.IsCompleted)} of {acts.Count} did not come to an end within {Patience.TotalMinutes} min: {changes.Missing()}");
        }
    }

    private async Task WatchMemoryAsync(LoadWorld world, CancellationToken ended)
    {
        try
        {
            while (true)
            {
                _memory.Add(await Task.WhenAll(world.Replicas.Select(replica => replica.MemoryAsync())));
                await Task.Delay(Look, ended);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Nothing of Core's at once, and soon nothing of what controllers and kubelets take away.</summary>
    private async Task NothingIsLeftAsync(KubernetesApi api, FakeKubelet kubelet)
    {
        var since = Stopwatch.GetTimestamp();
        while (await CountAsync(_resources.Deployments) + await CountAsync(_resources.Services) + await CountAsync(_resources.Ingresses) + await CountAsync(_resources.Secrets)
            + await CountAsync(_resources.ReplicaSets) + await CountAsync(_resources.Pods) + kubelet.Pods is > 0 and var left)
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
                throw new InvalidOperationException($"{left} objects are left of sessions that were stopped.");
            await Task.Delay(TimeSpan.FromSeconds(1), run.Ended);
        }

        async Task<int> CountAsync<T>(Resource<T> resource)
            where T : IKubernetesObject<V1ObjectMeta> => (await api.ListAsync(resource, $"labelSelector={SessionNames.Selector}", run.Ended)).Items.Count;
    }

    private void ReportChanges(StateChanges changes)
    {
        var all = changes.Of(StateChanges.Single);
        Add("state change: from what happens to the record", $"p50 of {all.Count:#,0}, of all kinds", all.Median(), "ms");
        Add("state change: from what happens to the record", "p99", all.Quantile(0.99), "ms");
        foreach (var kind in StateChanges.Single)
        {
            var times = changes.Of(kind);
            Add($"state change: {kind}", $"p99 of {times.Count:#,0}; p50 {times.Median().ToString("0", CultureInfo.InvariantCulture)} ms", times.Quantile(0.99), "ms");
        }
        foreach (var (kind, what) in new[] { (StateChanges.Start, "start to ready"), (StateChanges.Stop, "stop to saved and gone") })
        {
            var times = changes.Of(kind);
            Add($"whole {what}", $"p50, {plan.PerSecond.ToString(CultureInfo.InvariantCulture)} a second", times.Median(), "ms");
            Add($"whole {what}", "p99", times.Quantile(0.99), "ms");
        }
    }

    private void ReportMemory(LoadWorld world, (double Resident, double Managed)[] after)
    {
        var part = Math.Max(1, _memory.Count / 4);
        var whose = plan.Replicas == 1 ? "" : ", the bigger replica";
        Add("Core's memory", $"most resident in the whole run{whose}", world.Replicas.Max(replica => replica.Peak), "MiB");
        foreach (var (name, value) in new (string, Func<(double Resident, double Managed), double>)[] { ("resident", memory => memory.Resident), ("managed heap after its last collection", memory => memory.Managed) })
        {
            Add($"Core's memory while held: {name}", $"median of the first quarter{whose}", _memory.Take(part).Select(sample => sample.Max(value)).ToList().Median(), "MiB");
            Add($"Core's memory while held: {name}", $"median of the last quarter{whose}", _memory.TakeLast(part).Select(sample => sample.Max(value)).ToList().Median(), "MiB");
        }
        Add("Core's memory with all stopped", $"resident{whose}", after.Max(memory => memory.Resident), "MiB");
    }

    private void Add(string name, string how, double value, string unit) => run.Add(new Figure($"{plan.Name}: {name}", how, value, unit));

    private static double CpuOf(LoadWorld world) => world.Replicas.Sum(replica => ProcessUse.CpuOf(replica.Id));

    private static double ApiServerCpu() =>
        ProcessUse.CpuOf(int.Parse(File.ReadAllText(Path.Combine(LoadWorld.Given("DEVEX_CLUSTER_RUN"), "pid", "kube-apiserver")), CultureInfo.InvariantCulture));

    private static async Task<IReadOnlyDictionary<string, double>> RequestsAsync(LoadWorld world) =>
        (await Task.WhenAll(world.Replicas.Select(replica => replica.RequestsAsync()))).SelectMany(counts => counts)
            .GroupBy(count => count.Key).ToDictionary(group => group.Key, group => group.Sum(count => count.Value));

    private double PerSession(IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> after) => (Of(after) - Of(before)) / plan.Sessions;

    private static double Of(IReadOnlyDictionary<string, double> requests, string verb = "") => requests.Where(count => count.Key.StartsWith(verb, StringComparison.Ordinal)).Sum(count => count.Value);

    private void Explain(string when, IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> after) => Console.Error.WriteLine(
        $"Core's requests, {when}: " + string.Join(", ", after.Select(count => (count.Key, Count: (count.Value - before.GetValueOrDefault(count.Key)) / plan.Sessions)).Where(count => count.Count > 0)
            .OrderByDescending(count => count.Count).Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Key} {count.Count:0.00}"))));
}

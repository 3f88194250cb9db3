using System.Net;
using System.Runtime.CompilerServices;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Core.Runtimes.Kubernetes.Pods;
using Devex.Core.Templates;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace Devex.Core.Runtimes.Kubernetes;

/// <summary>
/// Sessions as pods. Each REPL has a Deployment of one pod, a Service, an Ingress and a Secret, all named <c>repl-{id}</c>; the kubelet runs what the Process runtime starts itself,
/// so that starting is to wait and to say what for.
/// </summary>
internal sealed partial class KubernetesRuntime(
    k8s.Kubernetes client, KubernetesApi api, Resources resources, Cluster cluster, SessionMaker maker, SessionRemover remover, PodSaves saves, SilentNodes nodes, ServeDial dial,
    IOptions<KubernetesOptions> options, TimeProvider time, ILogger<KubernetesRuntime> logger) : IReplRuntime
{
    public RuntimeInfo Info { get; } = new("kubernetes", true, null);

    public string FirstStage => PodWords.Scheduling;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Namespace is "default" or "kube-system")
            throw new InvalidOperationException($"Runtime:Kubernetes:Namespace is '{options.Value.Namespace}': sessions have a namespace of their own.");
        await api.ApplyAsync(resources.NetworkPolicies, SessionNetwork.Policy(options.Value), cancellationToken);
        await cluster.StartAsync(cancellationToken);
        LogReady(options.Value.Namespace, client.BaseUri);
    }

    public string? Refuse(TemplateManifest template) => maker.Refuse(template);

    public async Task PrepareAsync(SessionSpec session, CancellationToken cancellationToken)
    {
        try
        {
            await maker.MakeAsync(session, cancellationToken);
        }
        catch (ClusterException e) when (e.Status is HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest)
        {
            throw new RuntimeException($"The cluster refused the session: {e.Message}", e);
        }
    }

    public async Task<RunOutcome> RestoreAsync(SessionSpec session, CancellationToken cancellationToken, Func<string, Task>? entered = null)
    {
        var (place, patience) = (session.ToRuntimeSession(), new Patience(options.Value.StartPatience, time));
        while (true)
        {
            var changed = cluster.NextChange(session.Id);
            var pod = Current(place);
            if (pod is not null && pod.IsRestored())
                return new RunOutcome(0, "");
            if (pod is not null && PodWords.Failure(pod) is { } failure)
                throw new RuntimeException(failure);
            if (pod is not null && Failed(pod) is { } ended)
                return new RunOutcome(ended.ExitCode, await WordsAsync(pod, SessionContainers.Restore, ended, cancellationToken));
            if (Leaving(session.Id) && await SilentSinceAsync(place, cancellationToken) is not null)
                throw new RuntimeException("The node of the session's pod before this one does not answer.");
            if (entered is not null && PodWords.Stage(pod, EventsOf(pod), Leaving(session.Id)) is { } stage)
                await entered(stage);
            if (!await patience.WaitAsync(changed, pod, Leaving(session.Id), cancellationToken))
                throw new RuntimeException(PodWords.Patience(pod));
        }
    }

    public async Task<string> EnsureServeAsync(SessionSpec session, CancellationToken cancellationToken, Func<string, Task>? entered = null)
    {
        var (place, patience) = (session.ToRuntimeSession(), new Patience(options.Value.StartPatience, time));
        while (true)
        {
            var changed = cluster.NextChange(session.Id);
            var pod = Current(place);
            if (pod is not null && PodWords.Failure(pod) is { } failure)
                throw new RuntimeException(failure);
            if (pod is not null && PodLook.IsRunning(pod, SessionContainers.Runner) && Address(place) is { } address)
            {
                await dial.UntilItListensAsync(address, cancellationToken);
                return address;
            }
            // One end is none: the kubelet starts it again at once, and so do we when it was ended.
            if (pod is not null && PodLook.Runner(pod) is { } runner && Crashed(runner) is { } ended)
                throw new RuntimeException($"The session ended as it started: {await WordsAsync(pod, SessionContainers.Runner, ended, cancellationToken)}");
            if (entered is not null && pod is not null && PodWords.Stage(pod, EventsOf(pod), Leaving(session.Id)) is { } stage)
                await entered(stage);
            // It may listen before the kubelet says that it runs. A Service that was made anew leads to the pods of the one before until the cluster has noticed.
            if (!session.Follows && pod is not null && PodLook.IsComing(pod, SessionContainers.Runner) && Address(place) is { } soon && await dial.ListensBeforeAsync(soon, changed, cancellationToken))
                return soon;
            if (!await patience.WaitAsync(changed, pod, Leaving(session.Id), cancellationToken))
                throw new RuntimeException(PodWords.Patience(pod));
        }
    }

    /// <summary>The kubelet starts it, and starts it again.</summary>
    public Task EnsureSaverAsync(SessionSpec session, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task EndServeAsync(SessionSpec session, CancellationToken cancellationToken) => saves.EndServeAsync(session, cancellationToken);

    public Task<RunOutcome> SaveAsync(SessionSpec session, string attempt, CancellationToken cancellationToken) => saves.SaveAsync(session, attempt, cancellationToken);

    public Task RemoveAsync(RuntimeSession session, CancellationToken cancellationToken) => remover.RemoveAsync(session, cancellationToken);

    public Task LeaveBehindAsync(RuntimeSession session, CancellationToken cancellationToken) => remover.LeaveBehindAsync(session, cancellationToken);

    public async Task<string> SetAsideAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        var where = await remover.SetAsideAsync(session, cancellationToken);
        LogSetAside(session.Id, session.Session, where);
        return where;
    }

    public async Task<RuntimeObservation> ObserveAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        var seen = Look(session, cluster.Pods.Of(session.Id.ToString()));
        return seen.MayDiffer ? seen with { SilentSince = await SilentSinceAsync(session, cancellationToken) } : seen;
    }

    public async Task<string> LastWordsAsync(RuntimeSession session, CancellationToken cancellationToken) => Current(session) is { } pod
        ? await api.LastWordsAsync(resources.Pods, pod.Metadata.Name, SessionContainers.Runner, previous: true, cancellationToken)
        : "";

    public async Task<RuntimeSession?> FindAsync(ReplId id, CancellationToken cancellationToken)
    {
        if (Held(id) is { } known)
            return known;
        // Another replica may have made it a moment ago.
        if (await api.FindAsync(resources.Deployments, SessionNames.Of(id), cancellationToken) is { } deployment)
            cluster.Deployments.Take(deployment);
        return Held(id);
    }

    /// <summary>A pod without its Deployment is found by its labels alone.</summary>
    public async Task LookAgainAsync(ReplId id, CancellationToken cancellationToken)
    {
        var (pods, _) = await api.ListAsync(resources.Pods, $"labelSelector={SessionNames.SelectorOf(id)}", cancellationToken);
        foreach (var pod in pods)
            cluster.Pods.Take(pod);
    }

    public Task<IReadOnlyList<RuntimeSession>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<RuntimeSession>>(
    [
        .. Everything(null).Select(SessionNames.Read).OfType<RuntimeSession>().Distinct(),
    ]);

    public async IAsyncEnumerable<RuntimeSession> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var session in cluster.Changes.ReadAllAsync(cancellationToken))
            yield return session;
    }

    private RuntimeObservation Look(RuntimeSession session, IReadOnlyList<V1Pod> pods)
    {
        V1Pod[] own = [.. pods.Where(pod => SessionNames.IsOf(pod, session) && pod.IsLive())];
        var current = Newest(own);
        var serving = current is not null && RunsOrComes(current, SessionContainers.Runner);
        var deployed = cluster.Deployments.Of(session.Id.ToString()).Any(item => SessionNames.IsOf(item, session) && item.Metadata.DeletionTimestamp is null);
        return new RuntimeObservation(
            deployed || own.Length > 0, current?.IsRestored() == true, serving, current is not null && RunsOrComes(current, SessionContainers.Saver),
            serving ? null : Problem(session, current, pods))
        {
            Leaving = own.Any(pod => pod.IsLeaving() && pod.IsRestored()),
            Incomplete = Missing(session) is not null,
            Address = serving ? Address(session) : null,
            LastEnd = serving && PodLook.Runner(current!)?.LastState?.Terminated is { } last ? PodWords.Exit(last) : null,
        };
    }

    private static bool RunsOrComes(V1Pod pod, string container) => PodLook.IsRunning(pod, container) || PodLook.IsComing(pod, container);

    private static string? Problem(RuntimeSession session, V1Pod? current, IReadOnlyList<V1Pod> pods)
    {
        if (current is not null && PodLook.Runner(current) is { } runner && (runner.State?.Terminated ?? runner.LastState?.Terminated) is { } ended)
            return PodWords.Exit(ended);
        return pods.LastOrDefault(pod => SessionNames.IsOf(pod, session) && !pod.IsLive()) is { } failed ? PodWords.Ended(failed)
            : pods.Any(pod => SessionNames.IsOf(pod, session) && pod.IsLeaving()) ? "its pod was told to end"
            : "its pod is gone";
    }

    /// <summary>Which of the session's objects somebody took away; null when all are there.</summary>
    private string? Missing(RuntimeSession session)
    {
        var group = session.Id.ToString();
        return !Has(cluster.Secrets) ? "the Secret"
            : !Has(cluster.Deployments) ? "the Deployment"
            : !Has(cluster.Services) ? "the Service"
            : options.Value.Routing is SessionRouting.Ingress && !Has(cluster.Ingresses) ? "the Ingress"
            : null;

        bool Has<T>(Informer<T> informer)
            where T : class, IKubernetesObject<V1ObjectMeta> =>
            informer.Of(group).Any(item => SessionNames.IsOf(item, session) && item.Metadata.DeletionTimestamp is null);
    }

    private RuntimeSession? Held(ReplId id) => Everything(id.ToString()).Select(SessionNames.Read).FirstOrDefault(session => session is not null);

    /// <summary>Pods first: what may hold files decides whose session it is.</summary>
    private IEnumerable<IKubernetesObject<V1ObjectMeta>> Everything(string? group)
    {
        return [.. Items(cluster.Pods).Where(PodLook.IsLive), .. Items(cluster.Deployments), .. Items(cluster.Services), .. Items(cluster.Ingresses), .. Items(cluster.Secrets)];

        IReadOnlyList<T> Items<T>(Informer<T> informer)
            where T : class, IKubernetesObject<V1ObjectMeta> => group is null ? informer.All : informer.Of(group);
    }

    private V1Pod? Current(RuntimeSession session) => Newest(cluster.Pods.Of(session.Id.ToString()).Where(pod => SessionNames.IsOf(pod, session) && pod.IsLive()));

    private static V1Pod? Newest(IEnumerable<V1Pod> pods) =>
        pods.Where(pod => !pod.IsLeaving()).OrderByDescending(pod => pod.Metadata.CreationTimestamp).ThenByDescending(pod => pod.Metadata.Name, StringComparer.Ordinal).FirstOrDefault();

    private IEnumerable<Corev1Event> EventsOf(V1Pod? pod) =>
        pod is null ? [] : cluster.Events.Of(SessionNames.OfPod(pod.Metadata.Name)?.ToString() ?? "").Where(told => told.InvolvedObject.Name == pod.Metadata.Name);

    /// <summary>Of any pod whose files may be newer than what is saved.</summary>
    private async Task<DateTimeOffset?> SilentSinceAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        DateTimeOffset? first = null;
        foreach (var pod in cluster.Pods.Of(session.Id.ToString()).Where(pod => SessionNames.IsOf(pod, session)))
            first = await nodes.SinceAsync(pod, cancellationToken) is { } since && !(first < since) ? since : first;
        return first;
    }

    private bool Leaving(ReplId id) => cluster.Pods.Of(id.ToString()).Any(pod => pod.IsLive() && pod.IsLeaving());

    /// <summary>By the Service's own address: it needs no DNS, and stays when the pod is replaced.</summary>
    private string? Address(RuntimeSession session) =>
        cluster.Services.Of(session.Id.ToString()).FirstOrDefault(service => SessionNames.IsOf(service, session))?.Spec.ClusterIP is { Length: > 0 } ip
            ? $"http://{(ip.Contains(':', StringComparison.Ordinal) ? $"[{ip}]" : ip)}:{SessionContainers.Port}"
            : null;

    private static V1ContainerStateTerminated? Failed(V1Pod pod) =>
        PodLook.Restore(pod) is { } restore && (restore.State?.Terminated ?? restore.LastState?.Terminated) is { ExitCode: not 0 } ended ? ended : null;

    private static V1ContainerStateTerminated? Crashed(V1ContainerStatus status) => status.State?.Waiting?.Reason == "CrashLoopBackOff" ? status.LastState?.Terminated : null;

    private async Task<string> WordsAsync(V1Pod pod, string container, V1ContainerStateTerminated ended, CancellationToken cancellationToken)
    {
        var said = await api.LastWordsAsync(resources.Pods, pod.Metadata.Name, container, previous: false, cancellationToken);
        return said.Length > 0 ? $"{PodWords.Exit(ended)}: {said}" : PodWords.Exit(ended);
    }
}

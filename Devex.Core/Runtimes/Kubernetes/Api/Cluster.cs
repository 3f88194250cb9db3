using System.Threading.Channels;
using Devex.Contracts;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Core.Runtimes.Kubernetes.Pods;
using k8s;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes.Api;

/// <summary>What the cluster holds of all sessions, kept up to date by one watch for each kind.</summary>
internal sealed partial class Cluster : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<RuntimeSession> _changes = Channel.CreateUnbounded<RuntimeSession>();
    private readonly Lock _gate = new();
    private readonly ILogger<Cluster> _logger;
    private readonly Dictionary<string, TaskCompletionSource> _waiting = [];

    public Cluster(KubernetesApi api, Resources resources, TimeProvider time, ILogger<Cluster> logger)
    {
        _logger = logger;
        const string ours = $"labelSelector={SessionNames.Selector}";
        Deployments = new(api, resources.Deployments, ours, Repl, time);
        Services = new(api, resources.Services, ours, Repl, time);
        Ingresses = new(api, resources.Ingresses, ours, Repl, time);
        Secrets = new(api, resources.Secrets, ours, Repl, time);
        Pods = new(api, resources.Pods, ours, Repl, time);
        Events = new(api, resources.Events, "fieldSelector=involvedObject.kind=Pod", Pull, time);
    }

    public Informer<V1Deployment> Deployments { get; }

    public Informer<V1Service> Services { get; }

    public Informer<V1Ingress> Ingresses { get; }

    public Informer<V1Secret> Secrets { get; }

    public Informer<V1Pod> Pods { get; }

    /// <summary>Of images that are pulled. A cluster tells ten other things of each pod, and keeps them for an hour.</summary>
    public Informer<Corev1Event> Events { get; }

    /// <summary>Sessions of which something went away or came to another state.</summary>
    public ChannelReader<RuntimeSession> Changes => _changes.Reader;

    /// <summary>Lists everything once, and watches from then on.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Pods.Changed += ForgetEvents;
        await Task.WhenAll(
            Run(Deployments), Run(Services), Run(Ingresses), Run(Secrets),
            Run(Pods, static pod => PodLook.Essence(pod)), Run(Events)).WaitAsync(cancellationToken);

        Task Run<T>(Informer<T> informer, Func<T, object>? essence = null)
            where T : class, IKubernetesObject<V1ObjectMeta>
        {
            informer.Changed += (before, after) => Tell(before, after, informer.GroupOf, essence);
            informer.Interrupted += why => LogInterrupted(typeof(T).Name, why);
            _ = informer.RunAsync(_ended.Token);
            return informer.Synced;
        }
    }

    /// <summary>A task that completes with the next change of anything of that REPL; taken before looking. No other REPL's changes wake who waits for it.</summary>
    public Task NextChange(ReplId id)
    {
        lock (_gate)
        {
            if (!_waiting.TryGetValue(id.ToString(), out var waiting))
                _waiting[id.ToString()] = waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiting.Task;
        }
    }

    /// <summary>Waits until the watches have told that nothing of a session is left, so that nobody here takes it for one that nobody knows of.</summary>
    public async Task UntilGoneAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        var group = session.Id.ToString();
        while (true)
        {
            var changed = NextChange(session.Id);
            if (!Holds(Deployments) && !Holds(Services) && !Holds(Ingresses) && !Holds(Secrets) && !Holds(Pods))
            {
                // Nothing of it may ever change again, and nobody would take this away.
                Wake(group);
                return;
            }
            await changed.WaitAsync(cancellationToken);
        }

        bool Holds<T>(Informer<T> informer)
            where T : class, IKubernetesObject<V1ObjectMeta> => informer.Of(group).Any(item => SessionNames.IsOf(item, session));
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private static string? Pull(Corev1Event told) => told.Reason is "Pulling" or "Pulled" ? SessionNames.OfPod(told.InvolvedObject?.Name)?.ToString() : null;

    private static string? Repl(IKubernetesObject<V1ObjectMeta> item) => SessionNames.Read(item)?.Id.ToString();

    private void ForgetEvents(V1Pod? before, V1Pod? after)
    {
        if (after is null && SessionNames.OfPod(before!.Metadata.Name) is { } id)
            Events.Forget(id.ToString(), told => told.InvolvedObject.Name == before.Metadata.Name);
    }

    private void Wake(string id)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
            _waiting.Remove(id, out waiting);
        waiting?.SetResult();
    }

    private void Tell<T>(T? before, T? after, Func<T, string?> group, Func<T, object>? essence)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (group((after ?? before)!) is { } id)
            Wake(id);
        // What comes into being is this runtime's own doing; the reconciler wants to know what goes, and what becomes of pods.
        var matters = after is null || (essence is not null && (before is null || !essence(before).Equals(essence(after))));
        if (matters && SessionNames.Read((after ?? before)!) is { } session)
            _changes.Writer.TryWrite(session);
    }

    [LoggerMessage(LogLevel.Warning, "The watch of {Kind} was interrupted and goes on: {Why}")]
    private partial void LogInterrupted(string kind, string why);
}

using System.Collections.Concurrent;
using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Runtimes.Kubernetes.Objects;
using k8s.Models;

namespace Devex.Bench.Sessions;

/// <summary>The kubelets of all nodes: takes each pod through the life that its containers would have, by what it writes at the API server.</summary>
internal sealed class FakeKubelet(k8s.Kubernetes client, KubernetesApi api, Resources resources, FakeServe serve, FakeWriter writer, StateChanges changes) : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<string, FakePod> _pods = new();
    private readonly Informer<V1Pod> _informer = new(api, resources.Pods, "fieldSelector=spec.nodeName!=", pod => pod.Metadata.Uid, TimeProvider.System);
    private Task _watching = Task.CompletedTask;
    private int _addresses;

    public int Pods => _pods.Count;

    public async Task StartAsync()
    {
        _informer.Changed += See;
        _watching = _informer.RunAsync(_ended.Token);
        await _informer.Synced;
    }

    /// <summary>Ends the <c>serve</c> of a REPL and starts another.</summary>
    public Task RestartAsync(Contracts.ReplId id) => _pods.Values.First(pod => pod.Id == id).RestartAsync(_ended.Token);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _watching;
        _ended.Dispose();
    }

    /// <summary>The last argument of a save is its attempt.</summary>
    private void See(V1Pod? before, V1Pod? after)
    {
        if (after is null)
        {
            _pods.TryRemove(before!.Metadata.Uid, out _);
            return;
        }
        if (SessionNames.OfPod(after.Metadata.Name) is not { } id)
            return;
        var fresh = false;
        var pod = _pods.GetOrAdd(after.Metadata.Uid, _ =>
        {
            fresh = true;
            var n = Interlocked.Increment(ref _addresses);
            return new FakePod(id, after, $"10.{250 + (n >> 16)}.{(n >> 8) & 255}.{n & 255}", client, api, resources, serve, writer, changes);
        });
        if (fresh)
            Do(id, pod.RunAsync);
        if (after.Metadata.DeletionTimestamp is not null && pod.IsToEnd())
            Do(id, pod.EndAsync);
        foreach (var container in (after.Spec.EphemeralContainers ?? []).Where(pod.IsNew))
            Do(id, token => pod.SaveAsync(container.Name, container.Args[^1], token));
    }

    private void Do(Contracts.ReplId id, Func<CancellationToken, Task> act) => Task.Run(() => act(_ended.Token)).ContinueWith(
        task => changes.Fail(id, task.Exception!.InnerException!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}

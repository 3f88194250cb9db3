using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Devex.Bench.Sessions;

/// <summary>Nodes of which there is nothing but their objects and the leases that say they live.</summary>
internal sealed class FakeNodes(k8s.Kubernetes client, int count) : IAsyncDisposable
{
    private const string LeaseNamespace = "kube-node-lease";
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _ended = new();
    private Task _living = Task.CompletedTask;

    public async Task StartAsync()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, count), async (n, _) => await RegisterAsync($"load-{n}"));
        _living = LiveAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _living;
        _ended.Dispose();
    }

    private async Task RegisterAsync(string name)
    {
        var (now, room) = (DateTime.UtcNow, new Dictionary<string, ResourceQuantity> { ["cpu"] = new("64"), ["memory"] = new("512Gi"), ["ephemeral-storage"] = new("10Ti"), ["pods"] = new("110") });
        await CreatedAsync(() => client.CoordinationV1.CreateNamespacedLeaseAsync(Lease(name), LeaseNamespace));
        await CreatedAsync(() => client.CoreV1.CreateNodeAsync(new V1Node
        {
            Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["kubernetes.io/hostname"] = name } },
            Status = new V1NodeStatus
            {
                Capacity = room,
                Allocatable = room,
                Conditions = [new V1NodeCondition { Type = "Ready", Status = "True", Reason = "KubeletReady", LastHeartbeatTime = now, LastTransitionTime = now }],
            },
        }));
    }

    private async Task LiveAsync()
    {
        using var timer = new PeriodicTimer(Renewal);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                foreach (var name in Enumerable.Range(0, count).Select(n => $"load-{n}"))
                    await RenewAsync(name);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task RenewAsync(string name)
    {
        var renewal = $$$"""{"spec":{"renewTime":"{{{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.ffffffZ}}}"}}""";
        try
        {
            await client.CoordinationV1.PatchNamespacedLeaseAsync(new V1Patch(renewal, V1Patch.PatchType.MergePatch), name, LeaseNamespace, cancellationToken: _ended.Token);
        }
        catch (HttpRequestException)
        {
            // Like a kubelet, it comes back.
        }
    }

    private static V1Lease Lease(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = LeaseNamespace },
        Spec = new V1LeaseSpec { HolderIdentity = name, LeaseDurationSeconds = 40, RenewTime = DateTime.UtcNow },
    };

    private static async Task CreatedAsync(Func<Task> create)
    {
        try
        {
            await create();
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Conflict)
        {
            // From a run before.
        }
    }
}

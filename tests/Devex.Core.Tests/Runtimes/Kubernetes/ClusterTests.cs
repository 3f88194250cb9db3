using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Devex.Contracts;
using Devex.Core.Runtimes;
using Devex.Core.Runtimes.Kubernetes;
using Devex.Core.Runtimes.Kubernetes.Api;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Core.Snapshots;
using k8s;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Devex.Core.Tests.Runtimes.Kubernetes;

/// <summary>What Core asks of a cluster, and what it keeps of the answers.</summary>
public sealed class ClusterTests : IDisposable
{
    private const string Space = "namespaces/devex-sessions";
    private static readonly RuntimeSession Session = Samples.Session;
    private static readonly RuntimeSession Other = new(UserId.GitHub(7), ReplId.New(), "s3ss10n0th");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeApiServer _server = new();
    private readonly k8s.Kubernetes _client;
    private readonly Resources _resources = new("devex-sessions");
    private readonly KubernetesApi _api;
    private readonly Cluster _cluster;

    public ClusterTests()
    {
        _client = new k8s.Kubernetes(new KubernetesClientConfiguration { Host = "http://cluster.invalid" }, _server);
        _api = new KubernetesApi(_client, new ClusterMetrics(_services.GetRequiredService<IMeterFactory>()));
        _cluster = new Cluster(_api, _resources, TimeProvider.System, NullLogger<Cluster>.Instance);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private PodGrants Grants => new(_api, _resources, _cluster);

    public void Dispose()
    {
        _cluster.Dispose();
        _client.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Of_what_a_cluster_tells_only_what_Core_reads_is_kept()
    {
        var pod = Pod(Session);
        _server.Put(PodPath(Session), With(pod, "managedFields", new JsonArray(new JsonObject { ["manager"] = "kubelet", ["fieldsV1"] = new JsonObject() })));
        Event(Session, "Pulling");
        Event(Session, "Started");
        await _cluster.StartAsync(Cancelled);
        Assert.Null(Assert.Single(_cluster.Pods.All).Metadata.ManagedFields);
        Assert.Equal("Pulling", Assert.Single(_cluster.Events.All).Reason);

        var changed = _cluster.NextChange(Session.Id);
        _server.Remove(PodPath(Session));
        await changed.WaitAsync(Limit, Cancelled);
        Assert.Empty(_cluster.Pods.All);
        Assert.Empty(_cluster.Events.All);
    }

    [Fact]
    public async Task A_stop_takes_its_own_away_and_reads_no_namespace()
    {
        Everything(Session);
        Everything(Other);
        await _cluster.StartAsync(Cancelled);
        _server.Asked.Clear();
        await new SessionRemover(_api, _resources, _cluster).RemoveAsync(Session, Cancelled).WaitAsync(Limit, Cancelled);

        Assert.All(Paths(Session), path => Assert.Null(_server.Find(path)));
        var left = _server.Find(PodPath(Session))!;
        Assert.NotNull(left["metadata"]!["deletionTimestamp"]);
        Assert.Null(left["metadata"]!["labels"]![SessionNames.Repl]);
        Assert.Equal($"{Session.Id}", (string?)left["metadata"]!["labels"]![SessionNames.Ended]);
        Assert.All(Paths(Other).Append(PodPath(Other)), path => Assert.NotNull(_server.Find(path)));
        // By a version the API server answers from what it remembers; by a name it reads one.
        Assert.All(
            _server.Asked.Where(asked => asked.Contains("labelSelector", StringComparison.Ordinal)),
            asked => Assert.True(asked.Contains("resourceVersion=", StringComparison.Ordinal) || asked.Contains("metadata.name=", StringComparison.Ordinal), asked));
    }

    [Fact]
    public async Task A_stop_leaves_what_a_later_session_made()
    {
        Everything(Session with { Session = "s3ss10nn3w" });
        await _cluster.StartAsync(Cancelled);
        await new SessionRemover(_api, _resources, _cluster).RemoveAsync(Session, Cancelled).WaitAsync(Limit, Cancelled);
        Assert.All(Paths(Session).Append(PodPath(Session)), path => Assert.NotNull(_server.Find(path)));
    }

    [Fact]
    public async Task A_stop_lets_a_pod_go_that_the_watch_has_not_told_of()
    {
        await _cluster.StartAsync(Cancelled);
        _server.BeLate();
        Everything(Session);
        await new SessionRemover(_api, _resources, _cluster).RemoveAsync(Session, Cancelled).WaitAsync(Limit, Cancelled);
        Assert.All(Paths(Session), path => Assert.Null(_server.Find(path)));
        Assert.Equal($"{Session.Id}", (string?)_server.Find(PodPath(Session))!["metadata"]!["labels"]![SessionNames.Ended]);
    }

    [Fact]
    public async Task A_stop_lets_a_pod_go_that_is_made_while_it_goes_on()
    {
        Everything(Session);
        await _cluster.StartAsync(Cancelled);
        var (second, made) = (PodPath(Session, "second"), false);
        _server.Listed = async path =>
        {
            if (made || !path.EndsWith("/replicasets", StringComparison.Ordinal))
                return;
            made = true;
            // The Deployment's controller has not heard that it is gone, and the watch tells of its doings before it goes on.
            var known = _cluster.NextChange(Session.Id);
            _server.Put(second, Pod(Session));
            await known.WaitAsync(Limit, Cancelled);
        };
        await new SessionRemover(_api, _resources, _cluster).RemoveAsync(Session, Cancelled).WaitAsync(Limit, Cancelled);
        Assert.NotNull(_server.Find(second)!["metadata"]!["deletionTimestamp"]);
        Assert.Equal($"{Session.Id}", (string?)_server.Find(second)!["metadata"]!["labels"]![SessionNames.Ended]);
    }

    [Fact]
    public async Task What_was_set_aside_is_not_ended_by_a_replica_that_has_not_heard_of_it()
    {
        _server.Put(PodPath(Session), Pod(Session, restored: true));
        await _cluster.StartAsync(Cancelled);
        // What answers what is asked tells the truth, and the watch comes when the remover has done what it does.
        _server.BeLate();
        _server.Put(PodPath(Session), With(Pod(Session, restored: true), "labels", new JsonObject { [SessionNames.Aside] = $"{Session.Id}" }));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        _server.Listed = path => path.EndsWith("/pods", StringComparison.Ordinal) ? enough.CancelAsync() : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new SessionRemover(_api, _resources, _cluster).RemoveAsync(Session, enough.Token));
        Assert.Null(_server.Find(PodPath(Session))!["metadata"]!["deletionTimestamp"]);
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_watch_has_told_of_an_end_brings_nothing_back()
    {
        _server.Put(PodPath(Session), Pod(Session));
        await _cluster.StartAsync(Cancelled);
        var name = PodPath(Session).Split('/')[^1];
        var answer = await _api.FindAsync(_resources.Pods, name, Cancelled);
        var changed = _cluster.NextChange(Session.Id);
        _server.Remove(PodPath(Session));
        await changed.WaitAsync(Limit, Cancelled);
        _cluster.Pods.Take(answer!);
        Assert.Empty(_cluster.Pods.All);

        // Another of that name is another.
        _server.Put(PodPath(Session), Pod(Session));
        _cluster.Pods.Take((await _api.FindAsync(_resources.Pods, name, Cancelled))!);
        Assert.Single(_cluster.Pods.All);
    }

    [Fact]
    public async Task A_list_takes_away_nothing_that_is_newer_than_it()
    {
        const string collection = $"api/v1/{Space}/pods";
        _server.Put(PodPath(Other), Pod(Other));
        await _cluster.StartAsync(Cancelled);
        var (listed, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _server.Listed = async path =>
        {
            if (path == collection && listed.TrySetResult())
                await go.Task;
        };
        _server.Forget(collection);
        await listed.Task.WaitAsync(Limit, Cancelled);
        _server.Remove(PodPath(Other));
        _server.Put(PodPath(Session), Pod(Session));
        _cluster.Pods.Take((await _api.FindAsync(_resources.Pods, PodPath(Session).Split('/')[^1], Cancelled))!);
        List<string> gone = [];
        _cluster.Pods.Changed += (before, after) =>
        {
            if (after is null)
                gone.Add(before!.Metadata.Name);
        };
        var other = _cluster.NextChange(Other.Id);
        go.SetResult();
        await other.WaitAsync(Limit, Cancelled);
        Assert.Single(_cluster.Pods.Of($"{Session.Id}"));
        Assert.DoesNotContain(PodPath(Session).Split('/')[^1], gone);
    }

    [Fact]
    public async Task A_pod_may_write_when_no_other_of_its_REPL_can()
    {
        _server.Put(PodPath(Session), Pod(Session));
        await _cluster.StartAsync(Cancelled);
        Assert.Equal(WriterGrant.Now, await Grants.MayClaimAsync(Writer(PodPath(Session)), Cancelled));

        var before = PodPath(Session, "before");
        var changed = _cluster.NextChange(Session.Id);
        _server.Put(before, Pod(Session, restored: true));
        _server.Put("api/v1/nodes/node", new JsonObject { ["metadata"] = new JsonObject() });
        await changed.WaitAsync(Limit, Cancelled);
        Assert.Equal(WriterGrant.Later, await Grants.MayClaimAsync(Writer(PodPath(Session)), Cancelled));

        _server.Remove("api/v1/nodes/node");
        Assert.Equal(WriterGrant.Now, await Grants.MayClaimAsync(Writer(PodPath(Session)), Cancelled));
    }

    [Fact]
    public async Task A_pod_that_was_let_go_never_may_write_however_late_the_watch_is()
    {
        _server.Put(PodPath(Session), Pod(Session));
        await _cluster.StartAsync(Cancelled);
        _server.BeLate();
        var writer = Writer(PodPath(Session));
        _server.Put(PodPath(Session), With(Pod(Session), "labels", new JsonObject { [SessionNames.Ended] = $"{Session.Id}" }));
        Assert.Single(_cluster.Pods.Of($"{Session.Id}"));
        Assert.Equal(WriterGrant.Never, await Grants.MayClaimAsync(writer, Cancelled));
        _server.Remove(PodPath(Session));
        Assert.Equal(WriterGrant.Never, await Grants.MayClaimAsync(writer, Cancelled));
    }

    [Fact]
    public async Task A_pod_that_was_told_to_end_waits_for_one_that_came_after_it_however_late_the_memory_is()
    {
        _server.Put(PodPath(Session), With(Pod(Session), "deletionTimestamp", "2026-01-01T00:00:00Z"));
        _server.Put("api/v1/nodes/node", new JsonObject { ["metadata"] = new JsonObject() });
        await _cluster.StartAsync(Cancelled);
        _server.BeLate();
        _server.Put(PodPath(Session, "after"), Pod(Session, restored: true));
        Assert.Equal(WriterGrant.Later, await Grants.MayClaimAsync(Writer(PodPath(Session)), Cancelled));
    }

    [Fact]
    public async Task A_pod_waits_for_one_that_was_before_it_however_late_the_memory_is()
    {
        await _cluster.StartAsync(Cancelled);
        _server.BeLate();
        _server.Put("api/v1/nodes/node", new JsonObject { ["metadata"] = new JsonObject() });
        _server.Put(PodPath(Session, "before"), With(Pod(Session, restored: true), "deletionTimestamp", "2026-01-01T00:00:00Z"));
        _server.Put(PodPath(Session), Pod(Session));
        // This one is known by an answer; of the one before nothing was told.
        _cluster.Pods.Take((await _api.FindAsync(_resources.Pods, PodPath(Session).Split('/')[^1], Cancelled))!);
        Assert.Equal(WriterGrant.Later, await Grants.MayClaimAsync(Writer(PodPath(Session)), Cancelled));
    }

    [Fact]
    public async Task A_pod_that_the_watch_has_not_told_of_is_looked_for_where_it_is_stored()
    {
        await _cluster.StartAsync(Cancelled);
        _server.BeLate();
        _server.Put(PodPath(Session), Pod(Session));
        _server.Asked.Clear();
        Assert.Equal(WriterGrant.Now, await Grants.MayClaimAsync(Writer(PodPath(Session)), Cancelled));
        Assert.DoesNotContain("resourceVersion", Assert.Single(_server.Asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_are_counted_by_verb_and_resource()
    {
        List<string> counted = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ClusterMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, _services.GetRequiredService<IMeterFactory>()))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => counted.Add($"{instrument.Name} {tags[0].Value} {tags[1].Value} {value}"));
        listener.Start();
        await _api.FindAsync(_resources.Deployments, "repl", Cancelled);
        await _api.ListAsync(_resources.Pods, "labelSelector=a=b", Cancelled);
        await _api.ListAsync(_resources.Pods, "labelSelector=a=b", Cancelled, "0");
        await _api.ListAsync(_resources.Pods, "labelSelector=a=b&fieldSelector=metadata.name=c", Cancelled);
        Assert.Equal(
            [
                "devex.kubernetes.requests get deployments 1", "devex.kubernetes.requests list pods 1", "devex.kubernetes.requests list-remembered pods 1",
                "devex.kubernetes.requests list-one pods 1",
            ],
            counted);
    }

    private static string PodPath(RuntimeSession session, string suffix = "pod") => $"api/v1/{Space}/pods/repl-{session.Id}-{suffix}";

    private static IEnumerable<string> Paths(RuntimeSession session) =>
    [
        $"api/v1/{Space}/secrets/repl-{session.Id}", $"api/v1/{Space}/services/repl-{session.Id}", $"apis/apps/v1/{Space}/deployments/repl-{session.Id}",
        $"apis/apps/v1/{Space}/replicasets/repl-{session.Id}-set", $"apis/networking.k8s.io/v1/{Space}/ingresses/repl-{session.Id}",
    ];

    private static JsonObject Labelled(RuntimeSession session) => new()
    {
        ["metadata"] = new JsonObject { ["labels"] = new JsonObject(SessionNames.Labels(session).Select(label => new KeyValuePair<string, JsonNode?>(label.Key, label.Value))) },
    };

    private static JsonObject Pod(RuntimeSession session, bool restored = false)
    {
        var pod = Labelled(session);
        pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject { ["kind"] = "ReplicaSet", ["name"] = $"repl-{session.Id}-set", ["uid"] = "set", ["apiVersion"] = "apps/v1" });
        pod["spec"] = new JsonObject { ["nodeName"] = "node", ["containers"] = new JsonArray() };
        pod["status"] = new JsonObject
        {
            ["phase"] = "Pending",
            ["initContainerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = SessionContainers.Restore,
                ["image"] = "image",
                ["imageID"] = "image",
                ["ready"] = restored,
                ["restartCount"] = 0,
                ["state"] = restored ? new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = 0 } } : new JsonObject { ["running"] = new JsonObject() },
            }),
        };
        return pod;
    }

    private static JsonObject With(JsonObject item, string name, JsonNode value)
    {
        item["metadata"]![name] = value;
        return item;
    }

    private void Everything(RuntimeSession session)
    {
        foreach (var path in Paths(session))
            _server.Put(path, Labelled(session));
        _server.Put(PodPath(session), Pod(session, restored: true));
    }

    private void Event(RuntimeSession session, string reason) => _server.Put($"api/v1/{Space}/events/{reason}", new JsonObject
    {
        ["metadata"] = new JsonObject(),
        ["reason"] = reason,
        ["involvedObject"] = new JsonObject { ["kind"] = "Pod", ["name"] = $"repl-{session.Id}-pod" },
    });

    private Writer Writer(string path) => new(Session.Owner, Session.Id, Session.Session, (string)_server.Find(path)!["metadata"]!["uid"]!, null);
}

using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using k8s;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes.Api;

/// <summary>The verbs that sessions need, the same for every kind: server-side apply, watches with bookmarks, deletes of exactly one object by its UID.</summary>
internal sealed class KubernetesApi(k8s.Kubernetes client, ClusterMetrics metrics)
{
    private const string Manager = "devex-core";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public async Task<T> ApplyAsync<T>(Resource<T> resource, T item, CancellationToken cancellationToken)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        metrics.Asked("apply", resource.Plural);
        using var answer = await SendAsync(
            HttpMethod.Patch, $"{resource.Path}/{item.Metadata.Name}?fieldManager={Manager}&force=true", "application/apply-patch+yaml",
            KubernetesJson.Serialize(item), cancellationToken);
        return await ReadAsync<T>(answer, cancellationToken);
    }

    /// <summary>Null when there is none.</summary>
    public async Task<T?> FindAsync<T>(Resource<T> resource, string name, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        metrics.Asked("get", resource.Plural);
        try
        {
            using var answer = await SendAsync(HttpMethod.Get, $"{resource.Path}/{name}", null, null, cancellationToken);
            return await ReadAsync<T>(answer, cancellationToken);
        }
        catch (ClusterException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <param name="resource">The kind.</param>
    /// <param name="selector">As in the query.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="notOlderThan">
    /// A version of that kind: the answer comes from the API server's memory, at least as new as that. Null: what is stored now. For that many releases read and decode every object
    /// of the kind in the namespace, whatever the selector unless it is a name, so that it is for what must not be wrong alone.
    /// </param>
    public async Task<(IReadOnlyList<T> Items, string Version)> ListAsync<T>(
        Resource<T> resource, string selector, CancellationToken cancellationToken, string? notOlderThan = null)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        metrics.Asked(notOlderThan is not null ? "list-remembered" : selector.Contains("metadata.name=", StringComparison.Ordinal) ? "list-one" : "list", resource.Plural);
        using var answer = await SendAsync(
            HttpMethod.Get, $"{resource.Path}?{selector}{(notOlderThan is null ? "" : $"&resourceVersion={notOlderThan}")}", null, null, cancellationToken);
        using var list = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
        var version = list.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
        return ([.. list.RootElement.GetProperty("items").EnumerateArray().Select(item => KubernetesJson.Deserialize<T>(item))], version);
    }

    /// <summary>Changes after <paramref name="version"/> until the server ends the watch; bookmarks come as type BOOKMARK.</summary>
    /// <exception cref="ClusterException">410: the version is too old, list again.</exception>
    public async IAsyncEnumerable<(string Type, T Item)> WatchAsync<T>(
        Resource<T> resource, string selector, string version, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        metrics.Asked("watch", resource.Plural);
        using var answer = await SendAsync(
            HttpMethod.Get, $"{resource.Path}?{selector}&watch=1&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion={version}", null, null, cancellationToken);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            using var change = JsonDocument.Parse(line);
            var (type, item) = (change.RootElement.GetProperty("type").GetString()!, change.RootElement.GetProperty("object"));
            if (type == "ERROR")
            {
                var status = KubernetesJson.Deserialize<V1Status>(item);
                throw new ClusterException((HttpStatusCode)(status.Code ?? 500), status.Message ?? "The watch failed.");
            }
            yield return (type, KubernetesJson.Deserialize<T>(item));
        }
    }

    /// <summary>A strategic merge.</summary>
    public async Task<T> MergeAsync<T>(Resource<T> resource, string name, string change, CancellationToken cancellationToken)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        metrics.Asked("patch", resource.Plural);
        using var answer = await SendAsync(HttpMethod.Patch, $"{resource.Path}/{name}", "application/strategic-merge-patch+json", change, cancellationToken);
        return await ReadAsync<T>(answer, cancellationToken);
    }

    /// <summary>Deletes that one object; what has its name by now stays.</summary>
    public async Task DeleteAsync<T>(
        Resource<T> resource, T item, CancellationToken cancellationToken, string propagation = "Background", int? graceSeconds = null)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        var options = new V1DeleteOptions
        {
            Preconditions = new V1Preconditions { Uid = item.Metadata.Uid },
            PropagationPolicy = propagation,
            GracePeriodSeconds = graceSeconds,
        };
        metrics.Asked("delete", resource.Plural);
        try
        {
            using var answer = await SendAsync(
                HttpMethod.Delete, $"{resource.Path}/{item.Metadata.Name}", "application/json", KubernetesJson.Serialize(options), cancellationToken);
        }
        catch (ClusterException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
        }
    }

    /// <summary>Adds an ephemeral container to a pod, unless it has one of that name already.</summary>
    /// <exception cref="ClusterException">404 when the pod is gone.</exception>
    public async Task AddEphemeralAsync(Resource<V1Pod> pods, V1Pod pod, V1EphemeralContainer container, CancellationToken cancellationToken)
    {
        var change = KubernetesJson.Serialize(new V1Pod
        {
            // The UID makes it a conflict when the pod is another one by now.
            Metadata = new V1ObjectMeta { Uid = pod.Metadata.Uid },
            Spec = new V1PodSpec { EphemeralContainers = [container], Containers = null },
        });
        metrics.Asked("patch", "pods/ephemeralcontainers");
        using var answer = await SendAsync(
            HttpMethod.Patch, $"{pods.Path}/{pod.Metadata.Name}/ephemeralcontainers", "application/strategic-merge-patch+json", change, cancellationToken);
    }

    /// <summary>The end of a container's output; empty when there is none to be had.</summary>
    public async Task<string> LastWordsAsync(Resource<V1Pod> pods, string pod, string container, bool previous, CancellationToken cancellationToken)
    {
        metrics.Asked("get", "pods/log");
        try
        {
            using var answer = await SendAsync(
                HttpMethod.Get, $"{pods.Path}/{pod}/log?container={container}&tailLines=5&limitBytes=2000{(previous ? "&previous=true" : "")}", null, null, cancellationToken);
            return (await answer.Content.ReadAsStringAsync(cancellationToken)).Trim();
        }
        catch (ClusterException)
        {
            return "";
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? type, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(client.BaseUri, path));
        if (body is not null)
            request.Content = new StringContent(body, new MediaTypeHeaderValue(type!));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            if (client.Credentials is { } credentials)
                await credentials.ProcessHttpRequestAsync(request, limit.Token);
            // Watches are read as they come, and have no limit once their answer has begun.
            var answer = await client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (answer.IsSuccessStatusCode)
                return answer;
            using (answer)
                throw new ClusterException(answer.StatusCode, await MessageAsync(answer, limit.Token));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ClusterException(HttpStatusCode.ServiceUnavailable, $"The cluster does not answer: {e.Message}", e);
        }
    }

    private static async Task<string> MessageAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            return KubernetesJson.Deserialize<V1Status>(text).Message ?? text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        KubernetesJson.Deserialize<T>(await answer.Content.ReadAsStreamAsync(cancellationToken));
}

/// <summary>The API server refused, or did not answer.</summary>
internal sealed class ClusterException(HttpStatusCode status, string message, Exception? inner = null) : Exception(message, inner)
{
    public HttpStatusCode Status { get; } = status;
}

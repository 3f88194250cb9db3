using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using System.Web;

namespace Devex.Core.Tests.Runtimes.Kubernetes;

/// <summary>As much of an API server as Core asks for, in memory: objects by path, versions, label selectors and watches. Pods that are deleted stay until a kubelet takes them away.</summary>
internal sealed class FakeApiServer : DelegatingHandler
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<(string Collection, string? Selector, ChannelWriter<string> Changes)> _watches = [];
    private long _version = 1;

    /// <summary>Requests, without those of watches.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Keeps what changes from watches.</summary>
    public bool Late { get; set; }

    public void Put(string path, JsonObject item) => Change(path, item);

    /// <summary>A kubelet's, or a controller's.</summary>
    public void Remove(string path) => Change(path, null);

    public JsonObject? Find(string path)
    {
        lock (_gate)
            return _objects.TryGetValue(path, out var item) ? item.DeepClone().AsObject() : null;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath.Trim('/');
        var query = HttpUtility.ParseQueryString(request.RequestUri.Query);
        if (query["watch"] == "1")
            return Watch(path, query["labelSelector"]);
        Asked.Enqueue($"{request.Method} {path}{request.RequestUri.Query}");
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken))?.AsObject();
        // After the root come pairs, namespaces and a name, a plural and a name: without its last half it is a collection.
        var one = (path.Split('/').Length - (path.StartsWith("apis/", StringComparison.Ordinal) ? 3 : 2)) % 2 == 0;
        if (request.Method == HttpMethod.Get)
            return one ? Answer(Find(path)) : List(path, query["labelSelector"]);
        if (request.Method == HttpMethod.Delete)
            return Delete(path);
        if (request.Content!.Headers.ContentType!.MediaType == "application/apply-patch+yaml")
            return Answer(Change(path, body!));
        return Merge(path, body!);
    }

    private static HttpResponseMessage Answer(JsonObject? item) => item is null
        ? new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("""{"message":"not found"}""") }
        : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(item.ToJsonString(), Encoding.UTF8, "application/json") };

    private static bool Matches(JsonObject item, string? selector) => selector is null || selector.Split(',').All(term =>
    {
        var value = (string?)item["metadata"]!["labels"]?[term.Split('=')[0]];
        return term.Contains('=', StringComparison.Ordinal) ? value == term.Split('=')[1] : value is not null;
    });

    private HttpResponseMessage List(string path, string? selector)
    {
        lock (_gate)
        {
            return Answer(new JsonObject
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = $"{_version}" },
                ["items"] = new JsonArray([.. _objects.Where(item => Collection(item.Key) == path && Matches(item.Value, selector)).Select(item => item.Value.DeepClone())]),
            });
        }
    }

    private HttpResponseMessage Delete(string path)
    {
        if (Find(path) is not { } item)
            return Answer(null);
        if (!path.Contains("/pods/", StringComparison.Ordinal))
            return Answer(Change(path, null) ?? item);
        item["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";
        return Answer(Change(path, item));
    }

    /// <summary>Labels and owners alone, as far as anybody here changes anything.</summary>
    private HttpResponseMessage Merge(string path, JsonObject change)
    {
        if (Find(path) is not { } item)
            return Answer(null);
        var metadata = item["metadata"]!.AsObject();
        foreach (var (name, value) in change["metadata"]!["labels"]?.AsObject() ?? [])
        {
            if (value is null)
                metadata["labels"]!.AsObject().Remove(name);
            else
                metadata["labels"]![name] = value.DeepClone();
        }
        if (change["metadata"]!["ownerReferences"] is { } owners)
            metadata["ownerReferences"] = owners.DeepClone();
        return Answer(Change(path, item));
    }

    private HttpResponseMessage Watch(string path, string? selector)
    {
        var changes = Channel.CreateUnbounded<string>();
        lock (_gate)
            _watches.Add((path, selector, changes.Writer));
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new WatchContent(changes.Reader) };
    }

    private JsonObject? Change(string path, JsonObject? next)
    {
        lock (_gate)
        {
            _version++;
            var before = _objects.GetValueOrDefault(path);
            if (next is null)
            {
                _objects.Remove(path);
            }
            else
            {
                next = next.DeepClone().AsObject();
                next["metadata"]!["name"] = path.Split('/')[^1];
                next["metadata"]!["uid"] = (string?)before?["metadata"]!["uid"] ?? (string?)next["metadata"]!["uid"] ?? $"uid-{_version}";
                next["metadata"]!["resourceVersion"] = $"{_version}";
                _objects[path] = next;
            }
            foreach (var (_, selector, changes) in _watches.Where(watch => !Late && watch.Collection == Collection(path)))
                Tell(changes, before is not null && Matches(before, selector) ? before : null, next is not null && Matches(next, selector) ? next : null);
            return next?.DeepClone().AsObject();
        }
    }

    private void Tell(ChannelWriter<string> changes, JsonObject? before, JsonObject? after)
    {
        if ((after ?? before)?.DeepClone().AsObject() is not { } item)
            return;
        item["metadata"]!["resourceVersion"] = $"{_version}";
        changes.TryWrite(new JsonObject { ["type"] = after is null ? "DELETED" : before is null ? "ADDED" : "MODIFIED", ["object"] = item }.ToJsonString());
    }

    private static string Collection(string path) => path[..path.LastIndexOf('/')];

    private sealed class WatchContent(ChannelReader<string> changes) : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync()
        {
            var pipe = new System.IO.Pipelines.Pipe();
            _ = WriteAsync(pipe.Writer);
            return Task.FromResult(pipe.Reader.AsStream());
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException("A watch is read as it comes.");

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        private async Task WriteAsync(System.IO.Pipelines.PipeWriter writer)
        {
            await foreach (var change in changes.ReadAllAsync())
                await writer.WriteAsync(Encoding.UTF8.GetBytes(change + "\n"));
        }
    }
}

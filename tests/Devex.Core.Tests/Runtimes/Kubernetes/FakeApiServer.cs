using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using System.Web;

namespace Devex.Core.Tests.Runtimes.Kubernetes;

/// <summary>
/// As much of an API server as Core asks for, in memory: objects by path, versions, label selectors and watches. Pods that are deleted stay until a kubelet takes them away. What is
/// asked for by a version is answered as it was then, where this is late.
/// </summary>
internal sealed class FakeApiServer : DelegatingHandler
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<(string Collection, string? Selector, ChannelWriter<string> Changes)> _watches = [];
    private readonly List<(long Version, string Path, JsonObject? Item)> _history = [];
    private long _version = 1;
    private long? _late;

    /// <summary>Requests, without those of watches.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Told of each list before it is answered, when what it answers is settled.</summary>
    public Func<string, Task> Listed { get; set; } = _ => Task.CompletedTask;

    /// <summary>From now on watches are told nothing, and lists from memory nothing newer than what they ask for.</summary>
    public void BeLate()
    {
        lock (_gate)
            _late = _version;
    }

    /// <summary>Ends all watches of a collection in such a way that they begin with a list.</summary>
    public void Forget(string collection)
    {
        lock (_gate)
        {
            foreach (var (_, _, changes) in _watches.Where(watch => watch.Collection == collection))
                changes.TryWrite("""{"type":"ERROR","object":{"code":410,"message":"too old"}}""");
            _watches.RemoveAll(watch => watch.Collection == collection);
        }
    }

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
            return Watch(path, query["labelSelector"], long.Parse(query["resourceVersion"]!, CultureInfo.InvariantCulture));
        Asked.Enqueue($"{request.Method} {path}{request.RequestUri.Query}");
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken))?.AsObject();
        // After the root come pairs, namespaces and a name, a plural and a name: without its last half it is a collection.
        var one = (path.Split('/').Length - (path.StartsWith("apis/", StringComparison.Ordinal) ? 3 : 2)) % 2 == 0;
        if (request.Method == HttpMethod.Get && !one)
        {
            var list = List(path, query);
            await Listed(path);
            return list;
        }
        if (request.Method == HttpMethod.Get)
            return Answer(Find(path));
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

    private HttpResponseMessage List(string path, System.Collections.Specialized.NameValueCollection query)
    {
        lock (_gate)
        {
            var version = query["resourceVersion"] is { } asked && _late is { } late ? Math.Max(late, long.Parse(asked, CultureInfo.InvariantCulture)) : _version;
            var named = query["fieldSelector"] is ['m', ..] field ? field["metadata.name=".Length..] : null;
            return Answer(new JsonObject
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = $"{version}" },
                ["items"] = new JsonArray(
                [
                    .. AsOf(version).Where(item => Collection(item.Path) == path && Matches(item.Item, query["labelSelector"]) && (named is null || item.Path.EndsWith($"/{named}", StringComparison.Ordinal)))
                        .Select(item => item.Item.DeepClone()),
                ]),
            });
        }
    }

    private IEnumerable<(string Path, JsonObject Item)> AsOf(long version) => _history.Where(change => change.Version <= version).GroupBy(change => change.Path)
        .Select(changes => (changes.Key, changes.Last().Item)).Where(last => last.Item is not null).Select(last => (last.Key, last.Item!));

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

    private HttpResponseMessage Watch(string path, string? selector, long version)
    {
        var changes = Channel.CreateUnbounded<string>();
        lock (_gate)
        {
            var known = AsOf(version).ToDictionary(item => item.Path, item => (JsonObject?)item.Item);
            foreach (var (at, changed, item) in _history.Where(change => change.Version > version && change.Version <= (_late ?? _version) && Collection(change.Path) == path))
            {
                Tell(changes.Writer, at, selector, known.GetValueOrDefault(changed), item);
                known[changed] = item;
            }
            _watches.Add((path, selector, changes.Writer));
        }
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
            _history.Add((_version, path, next));
            foreach (var (_, selector, changes) in _watches.Where(watch => _late is null && watch.Collection == Collection(path)))
                Tell(changes, _version, selector, before, next);
            return next?.DeepClone().AsObject();
        }
    }

    private static void Tell(ChannelWriter<string> changes, long version, string? selector, JsonObject? before, JsonObject? after)
    {
        (before, after) = (before is not null && Matches(before, selector) ? before : null, after is not null && Matches(after, selector) ? after : null);
        if ((after ?? before)?.DeepClone().AsObject() is not { } item)
            return;
        item["metadata"]!["resourceVersion"] = $"{version}";
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

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using k8s;
using k8s.Models;

namespace Devex.Core.Runtimes.Kubernetes.Api;

/// <summary>
/// All objects of one kind as the API server last told: listed once, then watched; listed again when the watch cannot go on. One for all REPLs, so that a thousand sessions cost
/// as many watches as one.
/// </summary>
/// <param name="key">Groups objects; null leaves one out.</param>
internal sealed class Informer<T>(KubernetesApi api, Resource<T> resource, string selector, Func<T, string?> key, TimeProvider time)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private const int Remembered = 4096;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, T>> _groups = [];
    // Of what was deleted last: an answer that comes later than the watch's word of its end brings nothing back to life.
    private readonly HashSet<string> _gone = [];
    private readonly Queue<string> _goneInOrder = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Told of each change: what was, and what is.</summary>
    public event Action<T?, T?>? Changed;

    /// <summary>Told why it had to begin again.</summary>
    public event Action<string>? Interrupted;

    /// <summary>Completes with the first list.</summary>
    public Task Synced => _synced.Task;

    public string? GroupOf(T item) => key(item);

    public IReadOnlyList<T> Of(string group)
    {
        lock (_gate)
            return _groups.TryGetValue(group, out var items) ? [.. items.Values] : [];
    }

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_gate)
                return [.. _groups.Values.SelectMany(items => items.Values)];
        }
    }

    /// <summary>Takes in what an own request has answered, so that nobody has to wait for the watch to tell the same.</summary>
    public void Take(T item) => Put(item, own: true);

    /// <summary>Keeps nothing more of what is of no use any more, and tells nobody.</summary>
    public void Forget(string group, Predicate<T> useless)
    {
        lock (_gate)
        {
            if (!_groups.TryGetValue(group, out var items))
                return;
            foreach (var (name, item) in items)
            {
                if (useless(item))
                    items.Remove(name);
            }
            if (items.Count == 0)
                _groups.Remove(group);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever ends a watch, it is begun again.")]
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string? version = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                version ??= await ListAsync(cancellationToken);
                await foreach (var (type, item) in api.WatchAsync(resource, selector, version, cancellationToken))
                {
                    version = item.Metadata.ResourceVersion;
                    if (type == "DELETED")
                        Remove(item);
                    else if (type != "BOOKMARK")
                        Put(item, own: false);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (e is ClusterException { Status: HttpStatusCode.Gone } or not ClusterException)
                    version = null;
                Interrupted?.Invoke(e.Message);
                await Task.Delay(Pause, time, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var (items, version) = await api.ListAsync(resource, selector, cancellationToken);
        var present = items.Select(item => item.Metadata.Uid).ToHashSet();
        // What is newer than the list, by an own request's answer, is no less there for not being in it.
        var asOf = Number(version);
        foreach (var gone in All.Where(item => !present.Contains(item.Metadata.Uid) && Number(item) <= asOf))
            Remove(gone);
        foreach (var item in items)
            Put(item, own: false);
        _synced.TrySetResult();
        return version;
    }

    private void Put(T item, bool own)
    {
        if (key(item) is not { } group)
            return;
        // Who wrote which field is half of what is told, and nobody here asks.
        item.Metadata.ManagedFields = null;
        T? before;
        lock (_gate)
        {
            if (own && _gone.Contains(item.Metadata.Uid))
                return;
            if (!_groups.TryGetValue(group, out var items))
                _groups[group] = items = [];
            before = items.GetValueOrDefault(item.Metadata.Name);
            // Answers and watch come in no order: whichever is newer counts, also where one object took another's name.
            if (before is not null && Number(before) > Number(item))
                return;
            items[item.Metadata.Name] = item;
        }
        Changed?.Invoke(before, item);
    }

    private void Remove(T item)
    {
        T? before;
        lock (_gate)
        {
            if (_gone.Add(item.Metadata.Uid))
                _goneInOrder.Enqueue(item.Metadata.Uid);
            if (_gone.Count > Remembered)
                _gone.Remove(_goneInOrder.Dequeue());
            // It may have come under another key since.
            before = key(item) is { } group && Drop(group, item) is { } known ? known
                : _groups.Keys.ToList().Select(other => Drop(other, item)).FirstOrDefault(found => found is not null);
        }
        if (before is not null)
            Changed?.Invoke(before, null);
    }

    private T? Drop(string group, T item)
    {
        if (!_groups.TryGetValue(group, out var items) || !items.TryGetValue(item.Metadata.Name, out var known) || known.Metadata.Uid != item.Metadata.Uid)
            return null;
        items.Remove(item.Metadata.Name);
        if (items.Count == 0)
            _groups.Remove(group);
        return known;
    }

    private static long Number(T item) => Number(item.Metadata.ResourceVersion);

    private static long Number(string? version) => long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

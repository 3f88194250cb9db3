namespace Devex.Dashboard.Telemetry;

/// <summary>The newest items: at most so many, weighing at most so much. Not for several threads.</summary>
internal sealed class BoundedRing<T>(int maxCount, long maxSize, Func<T, int> sizeOf)
{
    private readonly Queue<(T Item, int Size)> _items = new();
    private long _size;

    public int Count => _items.Count;

    public IEnumerable<T> Items => _items.Select(entry => entry.Item);

    public void Add(T item)
    {
        var size = sizeOf(item);
        _items.Enqueue((item, size));
        _size += size;
        while (_items.Count > maxCount || (_size > maxSize && _items.Count > 1))
        {
            _size -= _items.Dequeue().Size;
        }
    }
}

using Devex.Hosting.Dashboard;

namespace Devex.Dashboard.AppHost;

/// <summary>The resources and parameters as the AppHost last told.</summary>
internal sealed class ResourceStore
{
    private readonly Lock _lock = new();
    private readonly List<ResourceInfo> _resources = [];
    private IReadOnlyList<ParameterInfo> _parameters = [];
    private long _version;

    /// <summary>Changes whenever anything does.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>In the AppHost's order.</summary>
    public IReadOnlyList<ResourceInfo> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _resources];
            }
        }
    }

    public IReadOnlyList<ParameterInfo> Parameters
    {
        get
        {
            lock (_lock)
            {
                return _parameters;
            }
        }
    }

    public void Put(ResourceInfo resource)
    {
        lock (_lock)
        {
            var i = _resources.FindIndex(known => known.Name == resource.Name);
            if (i < 0)
            {
                _resources.Add(resource);
            }
            else
            {
                _resources[i] = resource;
            }
        }

        Interlocked.Increment(ref _version);
    }

    public void Put(IReadOnlyList<ParameterInfo> parameters)
    {
        lock (_lock)
        {
            _parameters = parameters;
        }

        Interlocked.Increment(ref _version);
    }
}

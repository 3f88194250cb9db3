using System.Collections.ObjectModel;
using Devex.Hosting.ApplicationModel;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something the application is made of; what it is like is told by its annotations.</summary>
public interface IResource
{
    string Name { get; }

    ResourceAnnotationCollection Annotations { get; }
}

/// <summary>One fact about a resource.</summary>
public interface IResourceAnnotation;

public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>;

public abstract class Resource : IResource
{
    /// <exception cref="ArgumentException">The name breaks the rules: 1 to 64 ASCII letters, digits and single hyphens, from a letter on.</exception>
    protected Resource(string name)
    {
        ModelName.Validate("Resource", name);
        Name = name;
    }

    public virtual string Name { get; }

    public virtual ResourceAnnotationCollection Annotations { get; } = [];
}

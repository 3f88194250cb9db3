using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting
{
    public static partial class ResourceBuilderExtensions
    {
        public static IResourceBuilder<T> WithParentRelationship<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> parent)
            where T : IResource => builder.WithParentRelationship(parent.Resource);

        public static IResourceBuilder<T> WithParentRelationship<T>(this IResourceBuilder<T> builder, IResource parent)
            where T : IResource => builder.WithRelationship(parent, "Parent");

        public static IResourceBuilder<T> WithChildRelationship<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> child)
            where T : IResource
        {
            child.Resource.Annotations.Add(new ResourceRelationshipAnnotation(builder.Resource, "Parent"));
            return builder;
        }

        public static IResourceBuilder<T> WithRelationship<T>(this IResourceBuilder<T> builder, IResource resource, string type)
            where T : IResource => builder.WithAnnotation(new ResourceRelationshipAnnotation(resource, type));

        public static IResourceBuilder<T> WithIconName<T>(this IResourceBuilder<T> builder, string iconName, IconVariant iconVariant = IconVariant.Filled)
            where T : IResource => builder.WithAnnotation(new ResourceIconAnnotation(iconName, iconVariant), ResourceAnnotationMutationBehavior.Replace);

        /// <summary>Leaves the start to the user.</summary>
        public static IResourceBuilder<T> WithExplicitStart<T>(this IResourceBuilder<T> builder)
            where T : IResource => builder.WithAnnotation<ExplicitStartupAnnotation>(ResourceAnnotationMutationBehavior.Replace);

        public static IResourceBuilder<T> ExcludeFromManifest<T>(this IResourceBuilder<T> builder)
            where T : IResource => builder.WithAnnotation<ExcludeFromManifestAnnotation>(ResourceAnnotationMutationBehavior.Replace);
    }
}

namespace Aspire.Hosting.ApplicationModel
{
    public enum IconVariant
    {
        Regular,
        Filled,
    }

    public sealed class ResourceIconAnnotation(string iconName, IconVariant iconVariant = IconVariant.Filled) : IResourceAnnotation
    {
        public string IconName => iconName;

        public IconVariant IconVariant => iconVariant;
    }

    public sealed class ExplicitStartupAnnotation : IResourceAnnotation;

    internal sealed class ExcludeFromManifestAnnotation : IResourceAnnotation;
}

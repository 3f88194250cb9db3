using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Publishing;

/// <summary><c>bindMounts</c> and <c>volumes</c> of a container.</summary>
internal static class ManifestMounts
{
    public static void Write(Utf8JsonWriter json, IResource resource, Func<string, string> relative)
    {
        var mounts = resource.Annotations.OfType<ContainerMountAnnotation>().ToLookup(mount => mount.Type);
        Write(json, "bindMounts", mounts[ContainerMountType.BindMount], mount => ("source", mount.Source is null ? null : relative(mount.Source)));
        Write(json, "volumes", mounts[ContainerMountType.Volume], mount => ("name", mount.Source));
    }

    private static void Write(
        Utf8JsonWriter json, string name, IEnumerable<ContainerMountAnnotation> mounts, Func<ContainerMountAnnotation, (string Key, string? Value)> source)
    {
        var any = false;
        foreach (var mount in mounts)
        {
            if (!any)
            {
                json.WriteStartArray(name);
                any = true;
            }

            json.WriteStartObject();
            var (key, value) = source(mount);
            if (value is not null)
            {
                json.WriteString(key, value);
            }

            json.WriteString("target", mount.Target);
            json.WriteBoolean("readOnly", mount.IsReadOnly);
            json.WriteEndObject();
        }

        if (any)
        {
            json.WriteEndArray();
        }
    }
}

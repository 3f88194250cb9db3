using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Publishing;

/// <summary>
/// <c>bindings</c>: the endpoints. A project's first HTTP and HTTPS endpoints have no port, for the deployment tool decides on it; its others get
/// ports from 8000 on. A container without a port of its own has the one that others use.
/// </summary>
internal static class ManifestBindings
{
    private const int FirstPort = 8000;

    public static void Write(Utf8JsonWriter json, IResource resource)
    {
        var next = FirstPort;
        var schemes = new HashSet<string>(StringComparer.Ordinal);
        var any = false;
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (!any)
            {
                json.WriteStartObject("bindings");
                any = true;
            }

            var isDefault = resource is ProjectResource && endpoint.UriScheme is "http" or "https" && schemes.Add(endpoint.UriScheme);
            var target = endpoint.TargetPort ?? (resource is not ProjectResource ? endpoint.Port : isDefault ? null : next++);
            json.WriteStartObject(endpoint.Name);
            json.WriteString("scheme", endpoint.UriScheme);
            json.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
            json.WriteString("transport", endpoint.Transport);
            if (endpoint.Port is { } port && port != target)
            {
                json.WriteNumber("port", port);
            }

            if (target is { } targetPort)
            {
                json.WriteNumber("targetPort", targetPort);
            }

            if (endpoint.IsExternal)
            {
                json.WriteBoolean("external", true);
            }

            json.WriteEndObject();
        }

        if (any)
        {
            json.WriteEndObject();
        }
    }
}

using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Devex.Hosting.Projects;

/// <summary>What every project gets before anything the AppHost says, in Aspire's order.</summary>
internal sealed class ProjectEnvironment(IConfiguration configuration, IHostEnvironment environment)
{
    public void AddTo(ProjectResource project, DistributedApplicationExecutionContext execution, Dictionary<string, object> variables)
    {
        if (execution.IsPublishMode)
        {
            AddPublished(project, variables);
            return;
        }

        AddTelemetry(project, variables);
        variables["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true";
        variables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
        AddUrls(project, variables);
        if (project.TryGetLastAnnotation<LaunchProfileChoice>(out var choice))
        {
            variables["DOTNET_LAUNCH_PROFILE"] = choice.Name;
            foreach (var (name, value) in choice.Profile.EnvironmentVariables)
            {
                variables.TryAdd(name, value);
            }
        }
    }

    /// <summary>A deployed project stands behind a proxy and takes its ports from whoever deploys it; a launch profile is for this machine alone.</summary>
    private static void AddPublished(ProjectResource project, Dictionary<string, object> variables)
    {
        variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
        if (!project.Annotations.OfType<DisableForwardedHeadersAnnotation>().Any())
        {
            variables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        }

        AddPorts(project, "http", "HTTP_PORTS", variables);
        AddPorts(project, "https", "HTTPS_PORTS", variables);
    }

    private static void AddPorts(ProjectResource project, string scheme, string variable, Dictionary<string, object> variables)
    {
        var ports = new ReferenceExpressionBuilder();
        foreach (var endpoint in project.GetEndpoints().Where(endpoint =>
            endpoint.Scheme == scheme && IsForKestrel(project, endpoint.EndpointAnnotation) && !endpoint.EndpointAnnotation.IsProfileHttps))
        {
            ports.AppendLiteral(ports.IsEmpty ? "" : ";");
            ports.AppendFormatted(endpoint.Property(EndpointProperty.TargetPort));
        }

        if (!ports.IsEmpty)
        {
            variables[variable] = ports.Build();
        }
    }

    private void AddTelemetry(ProjectResource project, Dictionary<string, object> variables)
    {
        variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
        if (environment.IsDevelopment())
        {
            variables["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true";
            variables["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true";
        }

        var grpc = Url("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "DOTNET_DASHBOARD_OTLP_ENDPOINT_URL");
        var http = Url("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "DOTNET_DASHBOARD_OTLP_HTTP_ENDPOINT_URL");
        if ((grpc ?? http) is not { } endpoint)
        {
            return;
        }

        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = grpc is null ? "http/protobuf" : "grpc";
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={Guid.NewGuid():N}";
        variables["OTEL_SERVICE_NAME"] = project.Name;
        if (configuration["AppHost:OtlpApiKey"] is { Length: > 0 } key)
        {
            variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={key}";
        }

        if (environment.IsDevelopment())
        {
            variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
            variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
            variables["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true";
        }
    }

    private static void AddUrls(ProjectResource project, Dictionary<string, object> variables)
    {
        var urls = new ReferenceExpressionBuilder();
        foreach (var endpoint in project.GetEndpoints().Where(endpoint => IsForKestrel(project, endpoint.EndpointAnnotation)))
        {
            urls.AppendLiteral(urls.IsEmpty ? "" : ";");
            urls.AppendLiteral($"{endpoint.Scheme}://{endpoint.EndpointAnnotation.TargetHost}:");
            urls.AppendFormatted(endpoint.Property(EndpointProperty.TargetPort));
            if (endpoint.Scheme == "https")
            {
                variables.TryAdd("ASPNETCORE_HTTPS_PORT", endpoint.Property(EndpointProperty.Port));
            }
        }

        if (!urls.IsEmpty)
        {
            variables["ASPNETCORE_URLS"] = urls.Build();
        }
    }

    private static bool IsForKestrel(ProjectResource project, EndpointAnnotation endpoint) =>
        endpoint.UriScheme is "http" or "https" && endpoint.TargetPortEnvironmentVariable is null
        && project.Annotations.OfType<EndpointEnvironmentInjectionFilterAnnotation>().All(filter => filter.Filter(endpoint));

    private string? Url(string name, string formerName) => configuration[name] is { Length: > 0 } value ? value
        : configuration[formerName] is { Length: > 0 } former ? former : null;
}

internal sealed record EndpointEnvironmentInjectionFilterAnnotation(Func<EndpointAnnotation, bool> Filter) : IResourceAnnotation;

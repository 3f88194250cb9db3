using Devex.Contracts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Devex.Core.OpenApi;

internal static class OpenApiFeature
{
    /// <summary>The API's description at <c>/openapi/v1.json</c>, for people at <c>/docs</c>.</summary>
    public static IHostApplicationBuilder AddApiDocument(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOpenApi(options =>
        {
            options.ShouldInclude = api => api.RelativePath?.StartsWith("internal/sessions", StringComparison.Ordinal) != true;
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Devex",
                    Version = "v1",
                    Description = "REPLs as a service. Authenticate with an API token: `Authorization: Bearer dvx_…`. "
                        + "Errors are problem details (RFC 9457) with a stable `code`.",
                };
                // The address depends on the installation.
                document.Servers = [];
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer(DescribeIdsAsync);
        });
        return builder;
    }

    public static IEndpointRouteBuilder MapApiDocument(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi();
        endpoints.MapScalarApiReference("/docs", options => options.WithTitle("Devex API"));
        return endpoints;
    }

    private static Task DescribeIdsAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(ReplId))
            (schema.Type, schema.Pattern) = (JsonSchemaType.String, "^[0-9a-hjkmnp-tv-z]{12}$");
        else if (type == typeof(UserId))
            (schema.Type, schema.Pattern) = (JsonSchemaType.String, "^[a-z]+-[a-z0-9-]+$");
        return Task.CompletedTask;
    }
}

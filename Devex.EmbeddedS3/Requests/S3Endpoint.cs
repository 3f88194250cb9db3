using Devex.EmbeddedS3.Buckets;
using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Multipart;
using Devex.EmbeddedS3.Objects;
using Devex.EmbeddedS3.Signatures;

namespace Devex.EmbeddedS3.Requests;

/// <summary>Puts the server together: target, signature, operation, in this order.</summary>
internal static class S3Endpoint
{
    public static IServiceCollection AddS3(this IServiceCollection services, Credentials credentials, DataFolder data) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton(credentials)
        .AddSingleton(data)
        .AddSingleton<Authenticator>()
        .AddSingleton<BucketStore>()
        .AddSingleton<ObjectStore>()
        .AddSingleton<UploadStore>()
        .AddSingleton<PutObject>()
        .AddSingleton<CopyObject>()
        .AddSingleton<MultipartUpload>()
        .AddSingleton<CompleteUpload>()
        .AddSingleton<Operations>();

    public static void UseS3(this WebApplication app)
    {
        var authenticator = app.Services.GetRequiredService<Authenticator>();
        var buckets = app.Services.GetRequiredService<BucketStore>();
        var operations = app.Services.GetRequiredService<Operations>();
        app.UseMiddleware<ErrorResponses>();
        app.Run(async context =>
        {
            var target = Target.Of(context);
            if (HttpMethods.IsGet(context.Request.Method) && target.Path is "/health" or "/_localstack/health")
            {
                await HealthAsync(context);
                return;
            }

            var signed = authenticator.Authenticate(context.Request, target);
            await operations.Find(context.Request, target)(new S3Request(context, target, signed, buckets));
        });
    }

    private static Task HealthAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync("""{"services":{"s3":"running"}}""");
    }
}

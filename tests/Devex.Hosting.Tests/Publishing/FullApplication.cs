using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Tests.Publishing;

/// <summary>An application with every kind of resource. <c>full.manifest.json</c> is what Aspire 13.5.2 itself writes for the same calls.</summary>
internal static class FullApplication
{
    public static void Describe(IDistributedApplicationBuilder builder)
    {
        var jwtKey = builder.AddParameter("jwt-key", secret: true);
        var bucket = builder.AddParameter("bucket", "devex-workspaces");
        var s3Access = builder.AddParameter("s3-access-key", secret: true);
        var s3Secret = builder.AddParameter("s3-secret-key", secret: true);
        var audit = builder.AddConnectionString("audit");
        var redis = builder.AddRedis("redis").WithDataVolume("devex-redis");
        var localstack = builder.AddContainer("localstack", "localstack/localstack", "4.4")
            .WithHttpEndpoint(targetPort: 4566, name: "http")
            .WithEnvironment("SERVICES", "s3")
            .WithVolume("devex-localstack", "/var/lib/localstack")
            .WithBindMount("./localstack-init", "/etc/localstack/init/ready.d", isReadOnly: true)
            .WithHttpHealthCheck("/_localstack/health");
        var s3 = localstack.GetEndpoint("http");

        var core = builder.AddProject("core", Project(builder, "Devex.Core", 5210))
            .WithReference(redis)
            .WithReference(audit)
            .WithEnvironment("S3__ServiceUrl", s3)
            .WithEnvironment("S3__Bucket", bucket)
            .WithEnvironment("S3__AccessKey", s3Access)
            .WithEnvironment("S3__SecretKey", s3Secret)
            .WithEnvironment("Auth__JwtKey", jwtKey)
            .WithEnvironment("S3__BucketUrl", ReferenceExpression.Create($"{s3}/{bucket}"))
            .WithEnvironment("S3__Host", s3.Property(EndpointProperty.Host))
            .WithEnvironment(context =>
                context.EnvironmentVariables["CALLBACK"] = ReferenceExpression.Create($"http://{s3.Property(EndpointProperty.HostAndPort)}/cb"))
            .WithArgs("--mode", "apphost")
            .WithReplicas(2)
            .WithHttpHealthCheck("/health")
            .WaitFor(redis)
            .WaitFor(localstack);
        builder.AddProject("web", Project(builder, "Devex.Web", 5220)).WithExternalHttpEndpoints().WithReference(core).WithReference(redis).WaitFor(core);
        builder.AddProject("core2", "../Devex.Core/Devex.Core.csproj", launchProfileName: null).WithHttpEndpoint(name: "http");
        builder.AddDockerfile("runner", "../runner", "Dockerfile", "final")
            .WithHttpEndpoint(targetPort: 8080, name: "http")
            .WithBuildArg("BASE", "debian:12")
            .WithEnvironment("CORE_URL", core.GetEndpoint("http"))
            .WithReference(core);
        builder.AddExecutable("tool", "node", "../tool", "server.js", "--port", "3000").WithHttpEndpoint(targetPort: 3000, name: "http", env: "PORT");
    }

    /// <summary>Writes the launch settings of a project beside the AppHost; returns the path of its project file.</summary>
    private static string Project(IDistributedApplicationBuilder builder, string name, int port)
    {
        var file = Path.GetFullPath($"../{name}/{name}.csproj", builder.AppHostDirectory);
        var settings = Path.Combine(Path.GetDirectoryName(file)!, "Properties", "launchSettings.json");
        Directory.CreateDirectory(Path.GetDirectoryName(settings)!);
        File.WriteAllText(settings, $$"""
            { "profiles": { "http": { "commandName": "Project", "applicationUrl": "http://localhost:{{port}}", "environmentVariables": { "FROM_PROFILE": "1" } } } }
            """);
        return file;
    }
}

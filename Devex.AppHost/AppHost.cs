using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);

// Published, whatever is not a program of ours is a parameter that the deployer gives.
var publish = builder.ExecutionContext.IsPublishMode;

// Where browsers find us. *.localhost is loopback in browsers; Web and the users' programs are different sites.
var webPort = builder.Configuration.GetValue("Ports:Web", 8080);
var gatewayPort = builder.Configuration.GetValue("Ports:Gateway", 8081);
var front = $"http://localhost:{webPort}";
var webUrl = Setting("web-url", front);
var replUrl = Setting("repl-url", $"http://repl.localhost:{gatewayPort}");
var previewUrl = Setting("preview-url", $"http://preview.localhost:{gatewayPort}");

var ticketKey = Key("ticket-key");
var secretsKey = Key("secrets-key");
var webKey = Key("web-key");
var gatewayKey = Key("gateway-key");
var s3AccessKey = publish ? builder.AddParameter("s3-access-key", secret: true) : Key("s3-access-key");
var s3SecretKey = publish ? builder.AddParameter("s3-secret-key", secret: true) : Key("s3-secret-key");

var redis = builder.AddRedis("redis").WithDataVolume("devex-redis");

var core = builder.AddProject<Projects.Devex_Core>("core", launchProfileName: null)
    .WithHttpEndpoint(targetPort: publish ? 8080 : null)
    .WithHttpEndpoint(targetPort: publish ? 7071 : null, name: "sessions", env: "Core__SessionPort")
    .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString)
    .WithReference(redis)
    .WithEnvironment("S3__Bucket", Setting("s3-bucket", "devex"))
    .WithEnvironment("S3__Region", Setting("s3-region", "us-east-1"))
    .WithEnvironment("S3__AccessKey", s3AccessKey)
    .WithEnvironment("S3__SecretKey", s3SecretKey)
    .WithEnvironment("Keys__Ticket", ticketKey)
    .WithEnvironment("Keys__Secrets", secretsKey)
    .WithEnvironment("Keys__Web", webKey)
    .WithEnvironment("Keys__Gateway", gatewayKey)
    .WithHttpHealthCheck("/health")
    .WaitFor(redis);
// Put together here, because deployment tools give an endpoint of that name no scheme.
core.WithEnvironment("Core__SessionUrl", $"http://{core.GetEndpoint("sessions").Property(EndpointProperty.HostAndPort)}");

if (publish)
{
    // An S3 server of the deployer's: nothing that a container keeps may hold what users made.
    core.WithEnvironment("S3__ServiceUrl", builder.AddParameter("s3-endpoint"))
        .WithEnvironment("S3__SessionEndpoint", builder.AddParameter("s3-session-endpoint"))
        .WithEnvironment("Runtime__Kind", "Kubernetes")
        .WithEnvironment("Auth__Allow", builder.AddParameter("auth-allow"));
}
else
{
    var s3 = builder.AddContainer("s3", "localstack/localstack", "4.14")
        .WithHttpEndpoint(targetPort: 4566)
        .WithVolume("devex-s3", "/var/lib/localstack")
        .WithEnvironment("SERVICES", "s3")
        .WithEnvironment("AWS_ACCESS_KEY_ID", s3AccessKey)
        .WithEnvironment("AWS_SECRET_ACCESS_KEY", s3SecretKey)
        .WithHttpHealthCheck("/_localstack/health");
    core.WithEnvironment("S3__ServiceUrl", s3.GetEndpoint("http"))
        .WithEnvironment("S3__SessionEndpoint", s3.GetEndpoint("http"))
        .WithEnvironment("Runtime__Kind", "Process")
        .WithEnvironment("Runtime__Process__Runner", new Projects.Devex_Runner().ProjectPath)
        .WithEnvironment("Templates__Folder", Path.GetFullPath("../templates", builder.AppHostDirectory))
        .WaitFor(s3);
}

// Where Redis and S3 are programs here, sessions live beside their data.
if (!publish && builder.Configuration["Devex:DataFolder"] is { Length: > 0 } dataFolder)
{
    core.WithEnvironment("Runtime__Process__DataFolder", Path.Combine(Path.GetFullPath(dataFolder, builder.AppHostDirectory), "runtime"));
}

// Without a GitHub application, Development offers local identities.
if (publish || builder.Configuration["Parameters:github-client-id"] is { Length: > 0 })
{
    core.WithEnvironment("Auth__GitHub__ClientId", builder.AddParameter("github-client-id"))
        .WithEnvironment("Auth__GitHub__ClientSecret", builder.AddParameter("github-client-secret", secret: true));
}

var gateway = builder.AddProject<Projects.Devex_Gateway>("gateway", launchProfileName: null)
    .WithHttpEndpoint(port: publish ? null : gatewayPort, targetPort: publish ? 8080 : null)
    .WithExternalHttpEndpoints()
    .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString | ReferenceEnvironmentInjectionFlags.ServiceDiscovery)
    .WithReference(core.GetEndpoint("http"))
    .WithReference(redis)
    .WithEnvironment("Keys__Gateway", gatewayKey)
    .WithHttpHealthCheck("/health")
    .WaitFor(core);

var web = builder.AddProject<Projects.Devex_Web>("web", launchProfileName: null)
    .WithHttpEndpoint(port: publish ? null : webPort, targetPort: publish ? 8080 : null)
    .WithExternalHttpEndpoints()
    .WithUrl(front, "Devex")
    .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString | ReferenceEnvironmentInjectionFlags.ServiceDiscovery)
    .WithReference(core.GetEndpoint("http"))
    .WithReference(redis)
    .WithEnvironment("Keys__Web", webKey)
    .WithHttpHealthCheck("/health")
    .WaitFor(core)
    .WaitFor(gateway);

foreach (var service in (IResourceBuilder<ProjectResource>[])[core, gateway, web])
{
    service.WithEnvironment("Hosts__Web", webUrl)
        .WithEnvironment("Hosts__Repl", replUrl)
        .WithEnvironment("Hosts__Preview", previewUrl)
        .WithEnvironment("Hosts__Internal__0", "core");
    if (publish)
    {
        continue;
    }

    service.WithEnvironment("ASPNETCORE_ENVIRONMENT", "Development").WithEnvironment("Hosts__Internal__1", "127.0.0.1");
    foreach (var endpoint in service.Resource.Annotations.OfType<EndpointAnnotation>())
    {
        endpoint.TargetHost = "127.0.0.1";
    }
}

builder.Build().Run();

IResourceBuilder<ParameterResource> Key(string name) =>
    builder.AddParameter(name, new GenerateParameterDefault { MinLength = 44, Special = false }, secret: true, persist: true);

ReferenceExpression Setting(string name, string here) =>
    publish ? ReferenceExpression.Create($"{builder.AddParameter(name)}") : ReferenceExpression.Create($"{here}");

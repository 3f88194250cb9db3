using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Environments;
using Devex.Hosting.Projects;

namespace Devex.Hosting.Tests.Environments;

/// <summary>Expected values are what Aspire 13.5.2 itself gives for the same calls.</summary>
public sealed class InjectionTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_project_gets_what_Aspire_gives_in_the_same_order()
    {
        using var sample = new Sample("--Parameters:redis-password=rpw");
        var redis = sample.Builder.AddRedis("redis");
        var core = sample.Builder.AddProject<Sample.Project>("core").WithReference(redis).WithEnvironment("X", "y");
        Allocate(sample, ("redis", 40001), ("core", 5210));

        Assert.Equal(
            """
            OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY=in_memory
            OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION=true
            OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION=true
            DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION=true
            LOGGING__CONSOLE__FORMATTERNAME=simple
            ASPNETCORE_URLS=http://localhost:5210
            DOTNET_LAUNCH_PROFILE=http
            ASPNETCORE_ENVIRONMENT=Development
            FROM_PROFILE=1
            ConnectionStrings__redis=localhost:40001,password=rpw
            REDIS_HOST=localhost
            REDIS_PORT=40001
            REDIS_PASSWORD=rpw
            REDIS_URI=redis://:rpw@localhost:40001
            X=y
            """, await EnvironmentAsync(sample, core.Resource));
    }

    [Fact]
    public async Task A_collector_is_named_when_one_listens()
    {
        using var sample = new Sample("--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:19210");
        var core = sample.Builder.AddProject<Sample.Project>("core", launchProfileName: null);
        var environment = await EnvironmentAsync(sample, core.Resource);
        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:19210\nOTEL_EXPORTER_OTLP_PROTOCOL=grpc\nOTEL_RESOURCE_ATTRIBUTES=service.instance.id=", environment);
        Assert.Contains("OTEL_SERVICE_NAME=core\n", environment);
        Assert.Contains("OTEL_TRACES_SAMPLER=always_on", environment);
    }

    [Fact]
    public async Task A_service_is_found_by_its_endpoints_whatever_their_order()
    {
        using var sample = new Sample();
        var core = sample.Builder.AddProject<Sample.Project>("my-core", launchProfileName: null);
        var web = sample.Builder.AddContainer("web", "image").WithEnvironment("FIRST", "1");
        web.WithReference(core);
        core.WithHttpEndpoint().WithHttpEndpoint(name: "sessions");
        Allocate(sample, ("my-core", 5210));

        Assert.Equal(
            """
            FIRST=1
            MY_CORE_HTTP=http://localhost:5210
            services__my-core__http__0=http://localhost:5210
            MY_CORE_SESSIONS=http://localhost:5211
            services__my-core__sessions__0=http://localhost:5211
            """, await EnvironmentAsync(sample, web.Resource));
        Assert.Contains("ASPNETCORE_URLS=http://localhost:5210;http://localhost:5211", await EnvironmentAsync(sample, core.Resource));
    }

    [Fact]
    public async Task An_endpoint_with_a_variable_of_its_own_is_not_in_the_urls()
    {
        using var sample = new Sample();
        var core = sample.Builder.AddProject<Sample.Project>("core", launchProfileName: null).WithHttpEndpoint().WithHttpEndpoint(name: "other", env: "OTHER_PORT");
        Allocate(sample, ("core", 5210));
        var environment = await EnvironmentAsync(sample, core.Resource);
        Assert.Contains("ASPNETCORE_URLS=http://localhost:5210\n", environment);
        Assert.EndsWith("OTHER_PORT=5211", environment);
    }

    [Fact]
    public async Task Flags_limit_the_references_that_follow_them()
    {
        using var sample = new Sample("--Parameters:redis-password=rpw");
        var redis = sample.Builder.AddRedis("redis");
        var web = sample.Builder.AddContainer("web", "image")
            .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString).WithReference(redis, "cache");
        Allocate(sample, ("redis", 40001));
        Assert.Equal("ConnectionStrings__cache=localhost:40001,password=rpw", await EnvironmentAsync(sample, web.Resource));
    }

    [Fact]
    public async Task Callbacks_may_store_builders_and_value_providers()
    {
        using var sample = new Sample();
        var parameter = sample.Builder.AddParameter("p", () => "v");
        var box = sample.Builder.AddContainer("box", "image").WithHttpEndpoint(targetPort: 1);
        box.WithEnvironment(context =>
        {
            context.EnvironmentVariables["A"] = box.GetEndpoint("http");
            context.EnvironmentVariables["B"] = parameter;
            context.EnvironmentVariables["C"] = parameter.Resource;
        }).WithEnvironment("D", () => "d").WithEnvironment("E", (string?)null).WithReference("ext", new Uri("http://x/"));
        Allocate(sample, ("box", 40003));
        Assert.Equal("A=http://localhost:40003\nB=v\nC=v\nD=d\nE=\nservices__ext__default__0=http://x/\next=http://x/", await EnvironmentAsync(sample, box.Resource));
    }

    [Fact]
    public async Task Arguments_may_be_endpoints_and_parameters()
    {
        using var sample = new Sample();
        var parameter = sample.Builder.AddParameter("p", "v");
        var box = sample.Builder.AddContainer("box", "image").WithHttpEndpoint(targetPort: 1);
        var tool = sample.Builder.AddExecutable("tool", "node", ".", "server.js").WithArgs("--s3", box.GetEndpoint("http"), parameter);
        Allocate(sample, ("box", 40003));
        Assert.Equal(["server.js", "--s3", "http://localhost:40003", "v"], await Evaluation.ArgumentsAsync(tool.Resource, Context(sample), Cancellation));
    }

    [Theory]
    [InlineData(null, "http")]
    [InlineData("other", "other")]
    public void The_launch_profile_is_the_preferred_one_else_the_first_project(string? preferred, string expected)
    {
        using var sample = preferred is null ? new Sample() : new Sample($"--AppHost:DefaultLaunchProfileName={preferred}");
        var core = sample.Builder.AddProject<Sample.Project>("core");
        Assert.Equal(expected, core.Resource.Annotations.OfType<LaunchProfileChoice>().Single().Name);
        Assert.Equal(
            expected == "other" ? ["https:7001", "http:5001"] : ["http:5210"],
            core.Resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => $"{endpoint.Name}:{endpoint.Port}"));
    }

    [Fact]
    public void A_launch_profile_that_does_not_exist_is_refused()
    {
        using var sample = new Sample();
        Assert.Contains("has: IIS, http, other", Assert.Throws<DistributedApplicationException>(() => sample.Builder.AddProject<Sample.Project>("core", "htp")).Message);
        Assert.Empty(sample.Builder.AddProject<Sample.Project>("core", launchProfileName: null).Resource.Annotations.OfType<EndpointAnnotation>());
    }

    private static ValueProviderContext Context(Sample sample) => new() { ExecutionContext = sample.Builder.ExecutionContext };

    private static void Allocate(Sample sample, params (string Name, int Port)[] ports)
    {
        foreach (var (name, first) in ports)
        {
            var port = first;
            foreach (var endpoint in sample.Builder.Resources.Single(resource => resource.Name == name).Annotations.OfType<EndpointAnnotation>())
            {
                endpoint.AllocatedEndpoint = new(endpoint, "localhost", port, $"{port}");
                port++;
            }
        }
    }

    private static async Task<string> EnvironmentAsync(Sample sample, IResource resource) => string.Join('\n', (await Evaluation.EnvironmentAsync(
        resource, Context(sample), new(sample.Builder.Configuration, sample.Builder.Environment), Cancellation)).Select(variable => $"{variable.Key}={variable.Value}"));
}

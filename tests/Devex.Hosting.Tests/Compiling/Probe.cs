namespace Devex.Hosting.Tests.Compiling;

/// <summary>A piece of an AppHost, and what becomes of it with Aspire: as compiled against its assemblies, or as its signatures have it.</summary>
/// <param name="Code">Statements behind those that <see cref="Prelude"/> makes.</param>
/// <param name="Error">The error code that Aspire 13.5.2 gives; null when it compiles.</param>
internal sealed record Probe(string Code, string? Error = null)
{
    /// <summary>What every probe may use: resources of each kind, and one class that is no project.</summary>
    private const string Prelude = """
        var builder = DistributedApplication.CreateBuilder(args);
        var p = builder.AddParameter("p");
        var redis = builder.AddRedis("redis");
        var ls = builder.AddContainer("ls", "localstack/localstack", "4.14").WithHttpEndpoint(targetPort: 4566);
        var s3 = ls.GetEndpoint("http");
        var core = builder.AddProject<Projects.Sample>("core");
        """;

    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Net.Http;
        using System.Threading;
        using System.Threading.Tasks;
        using Aspire.Hosting;
        using Aspire.Hosting.ApplicationModel;
        using Microsoft.Extensions.DependencyInjection;
        """;

    /// <summary>Compiled beside the probes.</summary>
    public const string Common = """
        namespace Projects
        {
            public class Sample : Aspire.Hosting.IProjectMetadata { public string ProjectPath => "/nowhere/Sample.csproj"; }
        }

        public class X;
        """;

    public static IReadOnlyList<Probe> All { get; } =
    [
        // A container is not found by service discovery, has no replicas, and an environment variable is no number.
        new("core.WithReference(ls);", "CS1503"),
        new("ls.WithReplicas(2);", "CS1929"),
        new("redis.WithReplicas(2);", "CS1929"),
        new("""core.WithEnvironment("A", 5);""", "CS0315"),
        new("""builder.AddContainer("c2", "img"); builder.AddContainer("c3", new ContainerImage());""", "CS0246"),
        new("""builder.AddProject<X>("x");""", "CS0311"),
        new("builder.Services.AddHttpClient();", "CS1061"),
        new("core.WaitFor(s3);", "CS1503"),
        new("p.WaitFor(core);", "CS0311"),
        new("p.WithHttpEndpoint();", "CS0311"),
        new("""core.WithVolume("v", "/data");""", "CS0311"),

        new("core.WithReference(s3);"),
        new("""core.WithEnvironment("A", redis);"""),
        new("""core.WithEnvironment("A", $"{s3}/{p}?x=1");"""),
        new("""core.WithEnvironment("A", p.Resource);"""),
        new("""core.WithArgs("--s3", s3, p);"""),
        new("core.WaitFor(p);"),
        new("""ls.WithHttpEndpoint(port: 1, targetPort: 2, name: "x", isProxied: false);"""),
        new("""builder.AddConnectionString("c", ReferenceExpression.Create($"Host={s3.Property(EndpointProperty.Host)};P={p}"));"""),
        new("""core.WithEnvironment("A", (string?)null);"""),
        new("""core.WithReference("ext", new Uri("http://x/"));"""),
        new("""core.WithEnvironment("A", s3.Property(EndpointProperty.Port));"""),
        new("""core.WithEnvironment("A", () => "x");"""),
        new("""core.WithEnvironment(c => { c.EnvironmentVariables["A"] = s3; c.EnvironmentVariables["B"] = p; c.EnvironmentVariables["C"] = p.Resource; });"""),
        new("""core.WithEnvironment(async c => { await Task.Yield(); c.EnvironmentVariables["A"] = "x"; });"""),
        new("""core.WithReference(redis, "cache").WithReference(redis, connectionName: "c2", optional: true);"""),
        new("""ls.WithHttpHealthCheck("/h", 200, "http").WithHttpHealthCheck(path: "/h").WithHttpHealthCheck(() => s3, "/h");"""),
        new("""builder.AddParameter("q", () => "v"); builder.AddParameter("r", "v", secret: true); builder.AddParameterFromConfiguration("t", "A:B", true);"""),
        new("""core.WithEndpoint("http", e => e.Port = 5000).WithEndpoint(port: 1, scheme: "tcp", name: "z");"""),
        new("""core.WithCommand("n", "Display", async c => { await Task.Yield(); return CommandResults.Success(); });"""),
        new("""
            await using var app = builder.Build();
            await app.StartAsync();
            await app.ResourceNotifications.WaitForResourceHealthyAsync("core");
            await app.StopAsync();
            """),
        new("""
            if (builder.ExecutionContext.IsPublishMode) { }
            IResourceBuilder<IResourceWithConnectionString> c = builder.ExecutionContext.IsRunMode ? redis : builder.AddConnectionString("redis2");
            """),
        new("""core.WithEnvironment("A", builder.AddExternalService("e", "http://e/"));"""),
        new("core.WithReference(core);"),
        new("""core.WithUrlForEndpoint("http", u => u.DisplayText = "d").WithUrl("http://x", "X").WithExplicitStart().WithParentRelationship(redis).WithIconName("Code");"""),
        new("""ls.WithDockerfile("ctx"); builder.AddDockerfile("d", "ctx").WithBuildArg("A", "b").WithBuildSecret("S", p);"""),
        new("""builder.Services.AddHealthChecks().AddCheck("up", () => Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Healthy()); core.WithHealthCheck("up");"""),
    ];

    /// <summary>A file of its own, whose errors are this probe's.</summary>
    public string ToFile(int number) => $$"""
        {{Usings}}

        internal static class Probe{{number}}
        {
            public static async Task RunAsync(string[] args)
            {
                {{Prelude}}
                {{Code}}
                await Task.CompletedTask;
            }
        }
        """;
}

using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Health;

namespace Aspire.Hosting;

public static class RedisBuilderExtensions
{
    private const int ContainerPort = 6379;
    private const string DataFolder = "/data";

    public static IResourceBuilder<RedisResource> AddRedis(this IDistributedApplicationBuilder builder, string name, int? port) =>
        builder.AddRedis(name, port, null);

    /// <summary>Adds Redis; without a password of its own it gets a generated one, kept as the parameter <c>{name}-password</c>.</summary>
    public static IResourceBuilder<RedisResource> AddRedis(
        this IDistributedApplicationBuilder builder, string name, int? port = null, IResourceBuilder<ParameterResource>? password = null)
    {
        var redis = new RedisResource(name) { ShellExecution = true };
        redis.PasswordParameter = password?.Resource ?? builder.GeneratedPassword($"{name}-password");
        return builder.AddResource(redis)
            .WithImage("library/redis", "8.6").WithImageRegistry("docker.io")
            .WithEndpoint(port: port, targetPort: ContainerPort, scheme: "redis", name: RedisResource.PrimaryEndpointName)
            .WithEntrypoint("/bin/sh")
            .WithEnvironment(context =>
            {
                if (redis.PasswordParameter is { } parameter)
                {
                    context.EnvironmentVariables["REDIS_PASSWORD"] = parameter;
                }
            })
            .WithArgs(context =>
            {
                context.Args.Add("redis-server");
                if (redis.PasswordParameter is not null)
                {
                    context.Args.Add("--requirepass");
                    context.Args.Add("$REDIS_PASSWORD");
                }

                if (redis.TryGetLastAnnotation<PersistenceAnnotation>(out var persistence))
                {
                    context.Args.Add("--save");
                    context.Args.Add((persistence.Interval ?? TimeSpan.FromSeconds(60)).TotalSeconds.ToString(CultureInfo.InvariantCulture));
                    context.Args.Add(persistence.KeysChangedThreshold.ToString(CultureInfo.InvariantCulture));
                }
            })
            .WithAnnotation(new HealthProbe("PING", RedisProbe.For(redis)));
    }

    public static IResourceBuilder<RedisResource> WithDataVolume(this IResourceBuilder<RedisResource> builder, string? name = null, bool isReadOnly = false)
    {
        builder.WithVolume(name ?? $"{builder.ApplicationBuilder.Environment.ApplicationName.ToLowerInvariant()}-{builder.Resource.Name}-data", DataFolder, isReadOnly);
        return isReadOnly ? builder : builder.WithPersistence();
    }

    public static IResourceBuilder<RedisResource> WithDataBindMount(this IResourceBuilder<RedisResource> builder, string source, bool isReadOnly = false)
    {
        builder.WithBindMount(source, DataFolder, isReadOnly);
        return isReadOnly ? builder : builder.WithPersistence();
    }

    /// <summary>Saves after the interval (60 s) if at least so many keys changed. The embedded server commits each second in any case.</summary>
    public static IResourceBuilder<RedisResource> WithPersistence(
        this IResourceBuilder<RedisResource> builder, TimeSpan? interval = null, long keysChangedThreshold = 1) =>
        builder.WithAnnotation(new PersistenceAnnotation(interval, keysChangedThreshold), ResourceAnnotationMutationBehavior.Replace);

    public static IResourceBuilder<RedisResource> WithPassword(this IResourceBuilder<RedisResource> builder, IResourceBuilder<ParameterResource>? password)
    {
        builder.Resource.PasswordParameter = password?.Resource;
        return builder;
    }

    /// <summary>A parameter that is referred to but not listed among the resources, as Aspire has it.</summary>
    private static ParameterResource GeneratedPassword(this IDistributedApplicationBuilder builder, string name)
    {
        var described = builder.AddParameter(name, new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);
        builder.Resources.Remove(described.Resource);
        return described.Resource;
    }
}

using Amazon.Runtime;
using Amazon.S3;
using Devex.Contracts.Connections;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Devex.Core.Storage;

internal static class StorageFeature
{
    /// <summary>S3 (the truth) and Redis (the index).</summary>
    public static IHostApplicationBuilder AddStorage(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<S3Options>().BindConfiguration("S3");
        builder.Services.AddSingleton<IAmazonS3>(services => CreateClient(services.GetRequiredService<IOptions<S3Options>>().Value));
        builder.Services.AddSingleton<IConnectionMultiplexer>(services =>
        {
            var connection = services.GetRequiredService<IConfiguration>().GetConnectionString("redis")
                ?? throw new InvalidOperationException("ConnectionStrings:redis must be set.");
            var options = ConfigurationOptions.Parse(connection);
            options.AbortOnConnectFail = false;
            return ConnectionMultiplexer.Connect(options);
        });
        builder.Services.AddSingleton<ObjectStore>();
        builder.Services.AddHostedService<StorageStart>();
        builder.Services.AddSingleton<S3Health>();
        builder.Services.AddSingleton<RedisHealth>();
        builder.Services.AddHealthChecks().AddCheck<S3Health>("s3").AddCheck<RedisHealth>("redis");
        return builder;
    }

    /// <summary>
    /// A client for AWS and for compatible servers: path style, and no <c>aws-chunked</c> framing, which several of them store as content.
    /// </summary>
    /// <param name="options">Where, and as whom.</param>
    /// <param name="patience">How long it may be silent; null for <see cref="Patience.WithS3"/>.</param>
    /// <param name="between">How often it is asked again while it answers nobody; null for <see cref="S3Connections.Between"/>.</param>
    internal static AmazonS3Client CreateClient(S3Options options, Patience? patience = null, TimeSpan? between = null)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = options.Region,
            ForcePathStyle = options.ServiceUrl is not null,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            HttpClientFactory = new S3Connections(patience ?? Patience.WithS3, between ?? S3Connections.Between),
        };
        if (options.ServiceUrl is { } url)
            config.ServiceURL = url;
        else
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        return options.AccessKey is { } access
            ? new AmazonS3Client(new BasicAWSCredentials(access, options.SecretKey), config)
            : new AmazonS3Client(config);
    }
}

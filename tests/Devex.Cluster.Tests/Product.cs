using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>The product as <c>deploy/aspirate/overlays/test</c> puts it on the cluster: Core, Gateway, Web, Redis and S3 in pods, behind Services with known addresses.</summary>
internal static class Product
{
    public const string WebHost = "devex.example";
    public const string WebOrigin = "https://" + WebHost;
    public const string ReplDomain = "repl.devex-usercontent.example";
    public const string PreviewDomain = "preview.devex-usercontent.example";

    /// <summary>As the example of Aspir8's output says it.</summary>
    private const string Allow = "org:example";

    public static Uri Core { get; } = new("http://10.96.77.11:8080");

    public static Uri CoreSessions { get; } = new("http://10.96.77.12:7071");

    public static Uri Gateway { get; } = new("http://10.96.77.13:8080");

    public static Uri Web { get; } = new("http://10.96.77.14:8080");

    private static string S3 => "http://10.96.77.15:9000";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Its namespace; <c>tests/cluster/test.sh</c> says it when it brought the product up.</summary>
    public static string Namespace => Environment.GetEnvironmentVariable("DEVEX_CLUSTER_PRODUCT") is { Length: > 0 } name
        ? name
        : throw Xunit.Sdk.SkipException.ForSkip("The product is brought up by tests/cluster/test.sh, on a cluster of its own.");

    /// <summary>Asks one of the parts by the address of its Service, under the name that people give.</summary>
    public static HttpClient Client(Uri part, string host = WebHost)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = part };
        client.DefaultRequestHeaders.Host = host;
        return client;
    }

    /// <summary>Somebody who signed in before and made an API token. GitHub is out of reach here, so the record that this leaves is written instead.</summary>
    /// <returns>The token, of scope write.</returns>
    public static async Task<string> UserAsync(string id)
    {
        var token = $"dvx_{id}_{RandomNumberGenerator.GetHexString(43)}";
        var record = $$"""
            {"format":1,"revision":0,"id":"{{id}}","login":"{{id}}","name":"{{id}}","createdAt":"2026-01-01T00:00:00Z","allowedBy":"{{Hash(Allow)[..16]}}",
             "tokens":[{"id":"0123456789ab","name":"tests","hash":"{{Hash(token)}}","scope":"write","createdAt":"2026-01-01T00:00:00Z","expiresAt":"2100-01-01T00:00:00Z"}]}
            """;
        using var s3 = new AmazonS3Client(new BasicAWSCredentials("test-access-key", "test-secret-key"), new AmazonS3Config
        {
            ServiceURL = S3,
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
        await s3.PutObjectAsync(
            new PutObjectRequest { BucketName = "workspaces", Key = $"users/{id}/user.json", ContentBody = record, ContentType = "application/json", UseChunkEncoding = false }, Cancelled);
        return token;

        static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

namespace Devex.EmbeddedS3.Signatures;

/// <summary>The one pair of keys that this server knows, and the region it insists on, or null for any.</summary>
internal sealed record Credentials(string AccessKey, string SecretKey, string? Region)
{
    /// <summary>Reads the environment; null where a key is missing.</summary>
    public static Credentials? From(IConfiguration configuration) =>
        (configuration["AWS_ACCESS_KEY_ID"], configuration["AWS_SECRET_ACCESS_KEY"]) is ({ Length: > 0 } access, { Length: > 0 } secret)
            ? new Credentials(access, secret, configuration["S3_REGION"] is { Length: > 0 } region ? region : null)
            : null;
}

namespace Devex.Core.Storage;

/// <summary>Section <c>S3</c>.</summary>
internal sealed class S3Options
{
    /// <summary>Where Core reaches S3; null for AWS itself.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>Where sessions reach S3; presigned URLs name it, since the signature covers the host. Default: <see cref="ServiceUrl"/>.</summary>
    public string? SessionEndpoint { get; set; }

    public string Bucket { get; set; } = "devex";

    public string Region { get; set; } = "us-east-1";

    public string? AccessKey { get; set; }

    public string? SecretKey { get; set; }
}

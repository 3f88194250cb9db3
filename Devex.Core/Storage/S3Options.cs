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

    /// <summary>
    /// Whether what is stored outlives the server. Default true. False for a server that forgets, such as LocalStack in a container: log and pages then say so.
    /// </summary>
    public bool Durable { get; set; } = true;

    /// <summary>What people are told where <see cref="Durable"/> is false.</summary>
    public string? Notice => Durable ? null : "Not durable: this installation's storage is for trying it out. Everything in it is lost when that server restarts.";
}

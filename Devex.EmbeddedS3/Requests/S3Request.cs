using Devex.EmbeddedS3.Buckets;
using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Payloads;
using Devex.EmbeddedS3.Signatures;

namespace Devex.EmbeddedS3.Requests;

/// <summary>An authenticated request on its way to the operation that it asks for.</summary>
internal sealed record S3Request(HttpContext Context, Target Target, SignedRequest Signed, BucketStore Buckets)
{
    public HttpRequest Http => Context.Request;

    public Query Query => Target.Query;

    public CancellationToken Aborted => Context.RequestAborted;

    /// <exception cref="S3Exception">NoSuchBucket.</exception>
    public Bucket Bucket => Buckets.Get(Target.Bucket!);

    public string Key => Target.Key!;

    public Payload Payload => new(Http, Signed);
}

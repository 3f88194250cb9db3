using Devex.EmbeddedS3.Requests;

namespace Devex.EmbeddedS3.Buckets;

/// <summary>Everything about buckets but listing what is in them.</summary>
internal static class BucketOperations
{
    private const string Owner = "devex";

    public static Task ListAsync(S3Request request) => S3Xml.WriteAsync(request.Context, "ListAllMyBucketsResult", xml =>
    {
        xml.WriteStartElement("Owner");
        xml.WriteElementString("ID", Owner);
        xml.WriteElementString("DisplayName", Owner);
        xml.WriteEndElement();
        xml.WriteStartElement("Buckets");
        foreach (var bucket in request.Buckets.All)
        {
            xml.WriteStartElement("Bucket");
            xml.WriteElementString("Name", bucket.Name);
            xml.WriteElementString("CreationDate", S3Xml.Time(bucket.Created));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    });

    public static async Task CreateAsync(S3Request request)
    {
        // The body may name a region; this server is in all of them. It is read because its hash is part of what was signed.
        await request.Payload.ReadDocumentAsync(request.Aborted);
        request.Buckets.Create(request.Target.Bucket!);
        request.Context.Response.Headers.Location = "/" + request.Target.Bucket;
    }

    public static Task HeadAsync(S3Request request)
    {
        request.Context.Response.Headers["x-amz-bucket-region"] = request.Signed.Scope.Region;
        _ = request.Bucket;
        return Task.CompletedTask;
    }

    public static async Task DeleteAsync(S3Request request)
    {
        await request.Buckets.DeleteAsync(request.Target.Bucket!, request.Aborted);
        request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public static Task LocationAsync(S3Request request)
    {
        _ = request.Bucket;
        return S3Xml.WriteAsync(request.Context, "LocationConstraint", xml =>
        {
            // AWS writes nothing for its first region.
            if (request.Signed.Scope.Region != "us-east-1") xml.WriteString(request.Signed.Scope.Region);
        });
    }

    /// <summary>Never versioned: the empty document.</summary>
    public static Task VersioningAsync(S3Request request)
    {
        _ = request.Bucket;
        return S3Xml.WriteAsync(request.Context, "VersioningConfiguration", _ => { });
    }
}

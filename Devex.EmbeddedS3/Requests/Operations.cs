using Devex.EmbeddedS3.Buckets;
using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Multipart;
using Devex.EmbeddedS3.Objects;

namespace Devex.EmbeddedS3.Requests;

/// <summary>Which operation a request asks for. What S3 can do and this server cannot is refused, never half done.</summary>
internal sealed class Operations(PutObject put, CopyObject copy, MultipartUpload multipart, CompleteUpload complete)
{
    /// <summary>Query parameters by which S3 tells operations apart, and that this server knows nothing of.</summary>
    private static readonly HashSet<string> Unknown = new(StringComparer.Ordinal)
    {
        "accelerate", "acl", "analytics", "attributes", "cors", "encryption", "intelligent-tiering", "inventory", "legal-hold", "lifecycle",
        "logging", "metadataTable", "metrics", "notification", "object-lock", "ownershipControls", "policy", "policyStatus", "publicAccessBlock",
        "rename", "replication", "requestPayment", "restore", "retention", "select", "session", "tagging", "torrent", "versions", "website",
    };

    public Func<S3Request, Task> Find(HttpRequest http, Target target)
    {
        var query = target.Query;
        if (query.Pairs.Any(pair => Unknown.Contains(pair.Key))) throw S3Error.NotImplemented.Exception();
        if (query["versionId"] is not (null or "null")) throw S3Error.NotImplemented.Because("This server keeps no versions.").Exception();

        return (http.Method, target) switch
        {
            ("GET", { Bucket: null }) => BucketOperations.ListAsync,
            ("GET", { Key: null }) when query.Has("location") => BucketOperations.LocationAsync,
            ("GET", { Key: null }) when query.Has("versioning") => BucketOperations.VersioningAsync,
            ("GET", { Key: null }) when !query.Has("uploads") => ListObjects.HandleAsync,
            ("HEAD", { Bucket: not null, Key: null }) => BucketOperations.HeadAsync,
            ("PUT", { Bucket: not null, Key: null }) when !query.Has("versioning") => BucketOperations.CreateAsync,
            ("DELETE", { Bucket: not null, Key: null }) => BucketOperations.DeleteAsync,
            ("POST", { Bucket: not null, Key: null }) when query.Has("delete") => DeleteObject.HandleManyAsync,
            ("GET", { Key: not null }) when query.Has("uploadId") => multipart.ListPartsAsync,
            ("GET" or "HEAD", { Key: not null }) when !query.Has("partNumber") => GetObject.HandleAsync,
            ("PUT", { Key: not null }) when http.Headers.ContainsKey("x-amz-copy-source") =>
                query.Has("uploadId") ? throw S3Error.NotImplemented.Exception() : copy.HandleAsync,
            ("PUT", { Key: not null }) => query.Has("uploadId") ? multipart.PutPartAsync : put.HandleAsync,
            ("DELETE", { Key: not null }) => query.Has("uploadId") ? multipart.AbortAsync : DeleteObject.HandleAsync,
            ("POST", { Key: not null }) when query.Has("uploads") => multipart.CreateAsync,
            ("POST", { Key: not null }) when query.Has("uploadId") => complete.HandleAsync,
            _ => throw S3Error.NotImplemented.Exception(),
        };
    }
}

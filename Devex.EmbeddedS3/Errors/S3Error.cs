namespace Devex.EmbeddedS3.Errors;

/// <summary>An error as S3 names it. Codes and statuses: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.</summary>
internal sealed record S3Error(string Code, int Status, string Message)
{
    public static readonly S3Error AccessDenied = new("AccessDenied", 403, "Access Denied");
    public static readonly S3Error AuthorizationHeaderMalformed = new("AuthorizationHeaderMalformed", 400, "The authorization header or query parameters are malformed.");
    public static readonly S3Error BadDigest = new("BadDigest", 400, "A digest that you specified did not match what was received.");
    public static readonly S3Error BucketAlreadyOwnedByYou = new("BucketAlreadyOwnedByYou", 409, "The bucket exists and is yours.");
    public static readonly S3Error BucketNotEmpty = new("BucketNotEmpty", 409, "The bucket you tried to delete is not empty.");
    public static readonly S3Error EntityTooLarge = new("EntityTooLarge", 400, "Your upload exceeds 5 GiB, the most that one request may carry.");
    public static readonly S3Error EntityTooSmall = new("EntityTooSmall", 400, "Every part but the last must have at least 5 MiB.");
    public static readonly S3Error IncompleteBody = new("IncompleteBody", 400, "The body has not as many bytes as the headers announced.");
    public static readonly S3Error InternalError = new("InternalError", 500, "The server met an error; its log says which.");
    public static readonly S3Error InvalidAccessKeyId = new("InvalidAccessKeyId", 403, "The access key id does not exist in our records.");
    public static readonly S3Error InvalidArgument = new("InvalidArgument", 400, "Invalid argument.");
    public static readonly S3Error InvalidBucketName = new("InvalidBucketName", 400, "A bucket's name has 3 to 63 characters of a-z, 0-9, '-' and '.', and begins and ends with a letter or digit.");
    public static readonly S3Error InvalidDigest = new("InvalidDigest", 400, "The digest that you specified is not valid.");
    public static readonly S3Error InvalidPart = new("InvalidPart", 400, "One or more of the specified parts could not be found, or has another entity tag.");
    public static readonly S3Error InvalidPartOrder = new("InvalidPartOrder", 400, "The list of parts was not in ascending order.");
    public static readonly S3Error InvalidRange = new("InvalidRange", 416, "The requested range is not satisfiable.");
    public static readonly S3Error InvalidRequest = new("InvalidRequest", 400, "Invalid request.");
    public static readonly S3Error InvalidUri = new("InvalidURI", 400, "Couldn't parse the specified URI.");
    public static readonly S3Error KeyTooLong = new("KeyTooLongError", 400, "Your key is longer than 1024 bytes.");
    public static readonly S3Error MalformedXml = new("MalformedXML", 400, "The XML you provided was not well-formed or did not validate.");
    public static readonly S3Error MethodNotAllowed = new("MethodNotAllowed", 405, "The method is not allowed on this resource.");
    public static readonly S3Error MissingContentLength = new("MissingContentLength", 411, "You must provide the Content-Length HTTP header.");
    public static readonly S3Error NoSuchBucket = new("NoSuchBucket", 404, "The specified bucket does not exist.");
    public static readonly S3Error NoSuchKey = new("NoSuchKey", 404, "The specified key does not exist.");
    public static readonly S3Error NoSuchUpload = new("NoSuchUpload", 404, "The specified multipart upload does not exist.");
    public static readonly S3Error NotImplemented = new("NotImplemented", 501, "This server implements a subset of S3, and this is not in it.");
    public static readonly S3Error PreconditionFailed = new("PreconditionFailed", 412, "At least one of the preconditions you specified did not hold.");
    public static readonly S3Error RequestTimeTooSkewed = new("RequestTimeTooSkewed", 403, "The difference between the request time and the server's time is more than 15 minutes.");
    public static readonly S3Error SignatureDoesNotMatch = new("SignatureDoesNotMatch", 403, "The request signature we calculated does not match the signature you provided. Check your key and signing method.");
    public static readonly S3Error ContentSha256Mismatch = new("XAmzContentSHA256Mismatch", 400, "The provided 'x-amz-content-sha256' header does not match what was computed.");

    /// <summary>The same error with words for this one case.</summary>
    public S3Error Because(string message) => this with { Message = message };

    /// <summary>For <c>throw</c>; <paramref name="details"/> become elements of the error document.</summary>
    public S3Exception Exception(params (string Name, string Value)[] details) => new(this, details);
}

using System.Globalization;
using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Requests;

namespace Devex.EmbeddedS3.Signatures;

/// <summary>What a request says about its own signature, in its Authorization header or its query; nothing is believed yet.</summary>
internal sealed record Claim(
    string AccessKey, Scope Scope, string[] SignedHeaders, string Signature, DateTimeOffset Time, TimeSpan? Expires, string PayloadHash)
{
    public const string UnsignedPayload = "UNSIGNED-PAYLOAD";

    private static readonly TimeSpan LongestExpiry = TimeSpan.FromDays(7);

    public bool IsPresigned => Expires is not null;

    /// <exception cref="S3Exception">AccessDenied without any signature, otherwise what is wrong with it.</exception>
    public static Claim Parse(HttpRequest request, Query query)
    {
        var authorization = request.Headers.Authorization.ToString();
        var presigned = query.Has("X-Amz-Algorithm") || query.Has("X-Amz-Signature");
        return (authorization.Length > 0, presigned) switch
        {
            (false, false) => throw S3Error.AccessDenied.Because("The request is not signed.").Exception(),
            (true, true) => throw S3Error.InvalidArgument.Because("Only one way of signing is allowed: the Authorization header or X-Amz-Algorithm in the query.").Exception(),
            (true, false) => FromHeader(request, authorization),
            (false, true) => FromQuery(request, query),
        };
    }

    private static Claim FromHeader(HttpRequest request, string authorization)
    {
        if (!authorization.StartsWith(SignatureV4.Algorithm + " ", StringComparison.Ordinal))
            throw S3Error.InvalidRequest.Because($"The authorization mechanism is not supported. Use {SignatureV4.Algorithm}.").Exception();

        var fields = authorization[SignatureV4.Algorithm.Length..]
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(field => field.Split('=', 2))
            .Where(field => field.Length == 2)
            .ToLookup(field => field[0], field => field[1], StringComparer.Ordinal);
        var hash = request.Headers["x-amz-content-sha256"].ToString();
        if (hash.Length == 0) throw S3Error.InvalidRequest.Because("Missing required header for this request: x-amz-content-sha256").Exception();

        var time = request.Headers["x-amz-date"].ToString();
        return Create(
            fields["Credential"].FirstOrDefault(), fields["SignedHeaders"].FirstOrDefault(), fields["Signature"].FirstOrDefault(),
            time.Length > 0 ? ParseTime(time) : ParseHttpDate(request.Headers.Date.ToString()), null, hash);
    }

    private static Claim FromQuery(HttpRequest request, Query query)
    {
        if (query["X-Amz-Algorithm"] != SignatureV4.Algorithm)
            throw S3Error.InvalidRequest.Because($"X-Amz-Algorithm only supports \"{SignatureV4.Algorithm}\".").Exception();
        if (!int.TryParse(query["X-Amz-Expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds < 1 || TimeSpan.FromSeconds(seconds) > LongestExpiry)
            throw S3Error.AuthorizationHeaderMalformed.Because("X-Amz-Expires must be a number of seconds from 1 to 604800 (a week).").Exception();

        var header = request.Headers["x-amz-content-sha256"].ToString();
        var hash = query["X-Amz-Content-Sha256"] ?? (header.Length > 0 ? header : UnsignedPayload);
        return Create(
            query["X-Amz-Credential"], query["X-Amz-SignedHeaders"], query["X-Amz-Signature"],
            ParseTime(query["X-Amz-Date"]), TimeSpan.FromSeconds(seconds), hash);
    }

    private static Claim Create(string? credential, string? signedHeaders, string? signature, DateTimeOffset? time, TimeSpan? expires, string hash)
    {
        if (Scope.ParseCredential(credential ?? "") is not var (accessKey, scope))
            throw Malformed("The credential must be KEY/YYYYMMDD/REGION/s3/aws4_request.");
        if (string.IsNullOrEmpty(signedHeaders)) throw Malformed("SignedHeaders is missing.");
        if (string.IsNullOrEmpty(signature)) throw Malformed("Signature is missing.");
        if (time is not { } at) throw S3Error.AccessDenied.Because("AWS authentication requires a valid Date or x-amz-date.").Exception();
        if (scope.Date != at.ToString("yyyyMMdd", CultureInfo.InvariantCulture)) throw Malformed("The credential's date is not the request's.");

        return new Claim(accessKey, scope, signedHeaders.Split(';'), signature, at, expires, hash);
    }

    private static S3Exception Malformed(string why) => S3Error.AuthorizationHeaderMalformed.Because(why).Exception();

    private static DateTimeOffset? ParseTime(string? text) =>
        DateTimeOffset.TryParseExact(text, SignatureV4.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static DateTimeOffset? ParseHttpDate(string text) =>
        DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : ParseTime(text);
}

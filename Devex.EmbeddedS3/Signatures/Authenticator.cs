using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Requests;

namespace Devex.EmbeddedS3.Signatures;

/// <summary>Decides whether a request was signed with this server's one pair of keys.</summary>
internal sealed class Authenticator(Credentials credentials, TimeProvider time)
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    /// <exception cref="S3Exception">The request is not to be served.</exception>
    public SignedRequest Authenticate(HttpRequest request, Target target)
    {
        var claim = Claim.Parse(request, target.Query);
        if (claim.AccessKey != credentials.AccessKey) throw S3Error.InvalidAccessKeyId.Exception(("AWSAccessKeyId", claim.AccessKey));
        CheckScope(claim);
        CheckTime(claim);
        CheckSignedHeaders(request, claim);

        var headers = claim.SignedHeaders.Select(name => new KeyValuePair<string, string>(name, request.Headers[name].ToString())).ToList();
        var canonical = SignatureV4.CanonicalRequest(
            request.Method, target.Path, target.Query.Pairs.Where(pair => !(claim.IsPresigned && pair.Key == "X-Amz-Signature")), headers, claim.PayloadHash);
        var toSign = SignatureV4.StringToSign(claim.Time, claim.Scope, canonical);
        var key = SignatureV4.SigningKey(credentials.SecretKey, claim.Scope);
        if (!SignatureV4.Same(SignatureV4.Sign(key, toSign), claim.Signature))
        {
            throw S3Error.SignatureDoesNotMatch.Exception(
                ("AWSAccessKeyId", claim.AccessKey), ("StringToSign", toSign), ("SignatureProvided", claim.Signature), ("CanonicalRequest", canonical));
        }

        return new SignedRequest(claim.Time, claim.Scope, key, claim.Signature, claim.PayloadHash);
    }

    private void CheckScope(Claim claim)
    {
        if (claim.Scope.Service != "s3") throw S3Error.AuthorizationHeaderMalformed.Because("The credential's service must be s3.").Exception();
        if (credentials.Region is { } region && claim.Scope.Region != region)
        {
            throw S3Error.AuthorizationHeaderMalformed
                .Because($"The region '{claim.Scope.Region}' is wrong; expecting '{region}'.").Exception(("Region", region));
        }
    }

    private void CheckTime(Claim claim)
    {
        var now = time.GetUtcNow();
        if (claim.Expires is not { } expires)
        {
            if ((now - claim.Time).Duration() > Skew)
                throw S3Error.RequestTimeTooSkewed.Exception(("RequestTime", SignatureV4.Format(claim.Time)), ("ServerTime", S3Xml.Time(now)));
            return;
        }

        if (claim.Time - now > Skew) throw S3Error.AccessDenied.Because("Request is not valid yet.").Exception(("ServerTime", S3Xml.Time(now)));
        if (now > claim.Time + expires)
            throw S3Error.AccessDenied.Because("Request has expired.").Exception(("Expires", S3Xml.Time(claim.Time + expires)), ("ServerTime", S3Xml.Time(now)));
    }

    /// <summary>What is signed must be sent, and what means something to S3 must be signed.</summary>
    private static void CheckSignedHeaders(HttpRequest request, Claim claim)
    {
        var signed = claim.SignedHeaders.ToHashSet(StringComparer.Ordinal);
        if (!signed.Contains("host")) throw S3Error.AccessDenied.Because("The host header must be signed.").Exception();
        if (claim.SignedHeaders.FirstOrDefault(name => !request.Headers.ContainsKey(name)) is { } missing)
            throw S3Error.SignatureDoesNotMatch.Because($"The signed header {missing} was not sent.").Exception(("AWSAccessKeyId", claim.AccessKey));

        var unsigned = request.Headers.Keys
            .Select(name => name.ToLowerInvariant())
            .Where(name => name.StartsWith("x-amz-", StringComparison.Ordinal) && !signed.Contains(name))
            .ToList();
        if (unsigned.Count > 0)
        {
            throw S3Error.AccessDenied
                .Because("There were headers present in the request which were not signed.").Exception(("HeadersNotSigned", string.Join(", ", unsigned)));
        }
    }
}

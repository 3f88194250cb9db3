namespace Devex.EmbeddedS3.Signatures;

/// <summary>What a signing key is good for: <c>20130524/us-east-1/s3/aws4_request</c>.</summary>
internal sealed record Scope(string Date, string Region, string Service)
{
    public const string Terminator = "aws4_request";

    public override string ToString() => $"{Date}/{Region}/{Service}/{Terminator}";

    /// <summary>Parses <c>accessKey/date/region/service/aws4_request</c>; null where it is something else.</summary>
    public static (string AccessKey, Scope Scope)? ParseCredential(string credential)
    {
        var parts = credential.Split('/');
        return parts is [{ Length: > 0 } accessKey, { Length: 8 } date, { Length: > 0 } region, { Length: > 0 } service, Terminator]
            ? (accessKey, new Scope(date, region, service))
            : null;
    }
}

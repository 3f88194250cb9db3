using System.Globalization;
using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Requests;
using Devex.EmbeddedS3.Signatures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.EmbeddedS3.Tests.Signatures;

/// <summary>The server's own check, on AWS's published GET by header and by presigned URL, at the time they were signed and at others.</summary>
public sealed class AuthenticatorTests
{
    private const string AccessKey = "AKIAIOSFODNN7EXAMPLE";
    private const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private const string Presigned = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2013-05-24T00:00:00Z", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(-15)]
    [InlineData(0)]
    [InlineData(15)]
    public void The_signed_request_is_taken_within_15_minutes(int minutes)
    {
        _time.AdjustTime(_time.Start.AddMinutes(minutes));
        Assert.Equal("us-east-1", Check(Signed(), "/test.txt").Scope.Region);
    }

    [Theory]
    [InlineData(-16)]
    [InlineData(16)]
    public void And_refused_outside_of_them(int minutes)
    {
        _time.AdjustTime(_time.Start.AddMinutes(minutes));
        Assert.Equal("RequestTimeTooSkewed", Code(Signed(), "/test.txt"));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(86400, null)]
    [InlineData(86401, "AccessDenied")]
    [InlineData(-901, "AccessDenied")]
    public void A_presigned_URL_is_good_until_it_expires(int seconds, string? code)
    {
        _time.AdjustTime(_time.Start.AddSeconds(seconds));
        Assert.Equal(code, Code(Plain(), Presigned));
    }

    [Theory]
    [InlineData("test.txt", "test.tx", "SignatureDoesNotMatch")]
    [InlineData("Expires=86400", "Expires=86401", "SignatureDoesNotMatch")]
    [InlineData("Expires=86400", "Expires=604801", "AuthorizationHeaderMalformed")]
    [InlineData("Expires=86400", "Expires=-1", "AuthorizationHeaderMalformed")]
    [InlineData("EXAMPLE", "EXAMPLF", "InvalidAccessKeyId")]
    [InlineData("SignedHeaders=host", "SignedHeaders=range", "AccessDenied")]
    [InlineData("SignedHeaders=host", "SignedHeaders=host%3Brange", "SignatureDoesNotMatch")]
    [InlineData("%2Fs3%2F", "%2Fec2%2F", "AuthorizationHeaderMalformed")]
    [InlineData("%2F20130524%2F", "%2F20130525%2F", "AuthorizationHeaderMalformed")]
    [InlineData("&X-Amz-Signature=aeee", "&x=1&X-Amz-Signature=aeee", "SignatureDoesNotMatch")]
    [InlineData("d404", "d405", "SignatureDoesNotMatch")]
    public void A_presigned_URL_that_was_changed_is_refused(string part, string with, string code) =>
        Assert.Equal(code, Code(Plain(), Presigned.Replace(part, with, StringComparison.Ordinal)));

    [Fact]
    public void An_unsigned_header_that_means_something_to_S3_is_refused()
    {
        var request = Plain();
        request.Headers["x-amz-meta-a"] = "1";
        Assert.Equal("AccessDenied", Code(request, Presigned));
    }

    [Fact]
    public void A_request_signed_twice_or_never_is_refused()
    {
        Assert.Equal("InvalidArgument", Code(Signed(), Presigned));
        Assert.Equal("AccessDenied", Code(Plain(), "/test.txt"));
    }

    [Fact]
    public void Another_region_is_refused_where_one_is_set() =>
        Assert.Equal("AuthorizationHeaderMalformed", Code(Plain(), Presigned, region: "eu-central-1"));

    private string? Code(HttpRequest request, string target, string? region = null)
    {
        try
        {
            Check(request, target, region);
            return null;
        }
        catch (S3Exception e)
        {
            return e.Error.Code;
        }
    }

    private SignedRequest Check(HttpRequest request, string target, string? region = null) =>
        new Authenticator(new Credentials(AccessKey, Secret, region), _time).Authenticate(request, Target.Parse(target));

    private static HttpRequest Plain()
    {
        var request = new DefaultHttpContext().Request;
        request.Method = "GET";
        request.Headers.Host = "examplebucket.s3.amazonaws.com";
        return request;
    }

    private static HttpRequest Signed()
    {
        var request = Plain();
        request.Headers.Range = "bytes=0-9";
        request.Headers["x-amz-date"] = "20130524T000000Z";
        request.Headers["x-amz-content-sha256"] = SignatureV4.EmptyHash;
        request.Headers.Authorization = $"AWS4-HMAC-SHA256 Credential={AccessKey}/20130524/us-east-1/s3/aws4_request,"
            + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
        return request;
    }
}

using Devex.Core.Snapshots;
using Xunit;

namespace Devex.Core.Tests.Snapshots;

public sealed class PresignerTests
{
    private static readonly SigningKeys Keys = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null);
    private static readonly DateTimeOffset Then = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_address_is_that_of_the_published_example()
    {
        var request = new PresignRequest("GET", new Uri("https://examplebucket.s3.amazonaws.com"), "/test.txt", new Dictionary<string, string>());

        Assert.Equal(
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
            Presigner.Sign(request, Keys, "us-east-1", Then, TimeSpan.FromDays(1)));
    }

    [Fact]
    public void Each_signed_header_changes_the_signature_and_is_named()
    {
        string Sign(string length, string check) => Presigner.Sign(
            new PresignRequest("PUT", new Uri("http://127.0.0.1:9000"), "/b/k", new Dictionary<string, string>
            {
                ["content-length"] = length,
                ["if-none-match"] = "*",
                ["x-amz-checksum-sha256"] = check,
            }),
            Keys, "us-east-1", Then, TimeSpan.FromMinutes(1));

        Assert.Contains("X-Amz-SignedHeaders=content-length%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256", Sign("1", "a"), StringComparison.Ordinal);
        Assert.Equal(3, new[] { Sign("1", "a"), Sign("2", "a"), Sign("1", "b") }.Distinct().Count());
    }

    [Fact]
    public void A_session_token_is_signed_with_the_rest()
    {
        var request = new PresignRequest("GET", new Uri("https://s3"), "/b/k", new Dictionary<string, string>());

        Assert.Contains("&X-Amz-Security-Token=a%2Fb&", Presigner.Sign(request, Keys with { Token = "a/b" }, "eu-west-1", Then, TimeSpan.FromMinutes(1)), StringComparison.Ordinal);
    }
}

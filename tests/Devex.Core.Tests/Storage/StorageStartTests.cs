using Devex.Core.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Devex.Core.Tests.Storage;

[Trait("Tier", "integration")]
public sealed class StorageStartTests(Stores stores)
{
    [Theory]
    [InlineData(true, false, "ignores If-Match on PUT")]
    [InlineData(false, true, "ignores If-None-Match: * on PUT")]
    public async Task A_server_that_ignores_a_condition_is_refused_in_words(bool honoursIfNoneMatch, bool honoursIfMatch, string words)
    {
        await using var careless = await CarelessS3Async(honoursIfNoneMatch, honoursIfMatch);
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => CoreHost.StartAsync(
            stores, settings: new Dictionary<string, string?> { ["S3:ServiceUrl"] = careless.Urls.First() }));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.Contains("S3:ServiceUrl", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("S3:Bucket", "no-such-bucket", "There is no bucket 'no-such-bucket'")]
    [InlineData("S3:SecretKey", "not-the-secret-key", "does not let Core read and write the bucket")]
    public async Task What_an_operator_got_wrong_is_said_in_words(string setting, string value, string words)
    {
        // Only in Development does Core make its bucket.
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => CoreHost.StartAsync(
            stores, settings: new Dictionary<string, string?> { ["environment"] = "Production", ["Auth:Allow:0"] = "*", ["Auth:GitHub:ClientId"] = "id", ["Auth:GitHub:ClientSecret"] = "secret", [setting] = value }));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.Contains("S3:", e.Message, StringComparison.Ordinal);
    }

    /// <summary>As much of S3 as Core asks at start, on one object, honouring one condition of the two.</summary>
    private static async Task<WebApplication> CarelessS3Async(bool honoursIfNoneMatch, bool honoursIfMatch)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var version = 0;
        string ETag() => $"\"{version:x32}\"";
        app.MapPut("/devex/{**key}", (HttpRequest request, HttpResponse response) =>
        {
            if ((honoursIfNoneMatch && request.Headers.IfNoneMatch == "*" && version > 0)
                || (honoursIfMatch && request.Headers.IfMatch.Count > 0 && request.Headers.IfMatch != ETag()))
            {
                return Results.Text("<Error><Code>PreconditionFailed</Code></Error>", "application/xml", statusCode: StatusCodes.Status412PreconditionFailed);
            }
            version++;
            response.Headers.ETag = ETag();
            return Results.Ok();
        });
        app.MapMethods("/devex/{**key}", ["HEAD"], (HttpResponse response) =>
        {
            response.Headers.ETag = ETag();
            return Results.Ok();
        });
        app.MapGet("/devex/{**key}", () => Results.Text("<ListBucketResult></ListBucketResult>", "application/xml"));
        await app.StartAsync();
        return app;
    }
}

using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace Devex.Dashboard.Tests.Otlp;

/// <summary>What is no telemetry of ours, or too much of it.</summary>
public sealed class IngestTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    /// <summary>ExportTraceServiceRequest, ResourceSpans, ScopeSpans, Span with trace id and span id.</summary>
    private static readonly byte[] OneSpan = Field(1, Field(2, Field(2, [.. Field(1, [.. Enumerable.Repeat((byte)1, 16)]), .. Field(2, [.. Enumerable.Repeat((byte)2, 8)]), .. Field(5, "hello"u8.ToArray())])));

    private DashboardUnderTest _dashboard = null!;

    public async ValueTask InitializeAsync() => _dashboard = await DashboardUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Fact]
    public async Task Without_the_key_nothing_is_taken_over_either_protocol()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(OneSpan, key: null)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(OneSpan, key: "a-ke")).StatusCode);
        Assert.Equal("16", await CallAsync(OneSpan, key: null));
        Assert.Equal("16", await CallAsync(OneSpan, key: "another"));
        Assert.Empty(_dashboard.Telemetry.Traces());
        Assert.Equal("0", await CallAsync(OneSpan));
        Assert.Equal("hello", Assert.Single(_dashboard.Telemetry.Traces()).Name);
    }

    [Fact]
    public async Task What_is_no_message_is_refused_and_nothing_breaks()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync([0xff, 0xff, 0xff])).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(OneSpan[..^3])).StatusCode);
        Assert.Equal("3", await CallAsync(OneSpan[..^3]));
        Assert.Equal("12", await CallAsync(OneSpan, path: "/opentelemetry.proto.collector.trace.v1.TraceService/Import"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync("{}"u8.ToArray(), type: "application/json")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(OneSpan, path: "/v1/other")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(OneSpan)).StatusCode);
    }

    [Fact]
    public async Task Compressed_messages_are_taken_and_bombs_are_not()
    {
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Zip(OneSpan), encoding: "gzip")).StatusCode);
        Assert.Single(_dashboard.Telemetry.Traces());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(Zip(new byte[64 * 1024 * 1024]), encoding: "gzip")).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(new byte[20 * 1024 * 1024])).StatusCode);
    }

    private Task<HttpResponseMessage> PostAsync(
        byte[] body, string? key = DashboardUnderTest.Key, string path = "/v1/traces", string type = "application/x-protobuf", string? encoding = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, DashboardUnderTest.Otlp(_dashboard.Options.OtlpHttpPort, path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        // Who is refused by the head alone shall not have sent the body.
        request.Headers.ExpectContinue = true;
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        if (key is not null)
        {
            request.Headers.Add("x-otlp-api-key", key);
        }

        return _dashboard.Http.SendAsync(request, Cancellation);
    }

    private async Task<string> CallAsync(byte[] message, string? key = DashboardUnderTest.Key, string path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export")
    {
        byte[] head = [0, .. BitConverter.GetBytes(message.Length).Reverse()];
        using var request = new HttpRequestMessage(HttpMethod.Post, DashboardUnderTest.Otlp(_dashboard.Options.OtlpGrpcPort, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([.. head, .. message]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        if (key is not null)
        {
            request.Headers.Add("x-otlp-api-key", key);
        }

        using var answer = await _dashboard.Http.SendAsync(request, Cancellation);
        await answer.Content.ReadAsByteArrayAsync(Cancellation);
        return Assert.Single((answer.TrailingHeaders.Contains("grpc-status") ? answer.TrailingHeaders : answer.Headers).GetValues("grpc-status"));
    }

    private static byte[] Zip(byte[] plain)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return zipped.ToArray();
    }

    private static byte[] Field(int number, byte[] value) => value.Length < 128
        ? [(byte)((number << 3) | 2), (byte)value.Length, .. value]
        : [(byte)((number << 3) | 2), (byte)(value.Length | 0x80), (byte)(value.Length >> 7), .. value];
}

using System.Globalization;
using System.Text;
using Devex.EmbeddedS3.Payloads;
using Devex.EmbeddedS3.Requests;
using Devex.EmbeddedS3.Signatures;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Devex.EmbeddedS3.Tests.Signatures;

/// <summary>
/// The examples of AWS's own documentation, with its signatures:
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, sigv4-query-string-auth.html,
/// sigv4-streaming.html and sigv4-streaming-trailers.html.
/// </summary>
public sealed class SignatureV4Tests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    private static readonly Scope Scope = new("20130524", "us-east-1", "s3");
    private static readonly DateTimeOffset Time = DateTimeOffset.Parse("2013-05-24T00:00:00Z", CultureInfo.InvariantCulture);
    private static readonly byte[] Key = SignatureV4.SigningKey(Secret, Scope);

    [Theory]
    [InlineData("GET", "/test.txt", "", SignatureV4.EmptyHash, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        "host:examplebucket.s3.amazonaws.com", "range:bytes=0-9", "x-amz-content-sha256:" + SignatureV4.EmptyHash, "x-amz-date:20130524T000000Z")]
    [InlineData("PUT", "/test$file.text", "", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        "date:Fri, 24 May 2013 00:00:00 GMT", "host:examplebucket.s3.amazonaws.com",
        "x-amz-content-sha256:44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072", "x-amz-date:20130524T000000Z", "x-amz-storage-class:REDUCED_REDUNDANCY")]
    [InlineData("GET", "/", "lifecycle", SignatureV4.EmptyHash, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        "host:examplebucket.s3.amazonaws.com", "x-amz-content-sha256:" + SignatureV4.EmptyHash, "x-amz-date:20130524T000000Z")]
    [InlineData("GET", "/", "max-keys=2&prefix=J", SignatureV4.EmptyHash, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        "host:examplebucket.s3.amazonaws.com", "x-amz-content-sha256:" + SignatureV4.EmptyHash, "x-amz-date:20130524T000000Z")]
    [InlineData("GET", "/test.txt",
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host",
        "UNSIGNED-PAYLOAD", "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404", "host:examplebucket.s3.amazonaws.com")]
    [InlineData("PUT", "/examplebucket/chunkObject.txt", "", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        "content-encoding:aws-chunked", "content-length:66824", "host:s3.amazonaws.com", "x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "x-amz-date:20130524T000000Z", "x-amz-decoded-content-length:66560", "x-amz-storage-class:REDUCED_REDUNDANCY")]
    public void The_examples_of_the_documentation_have_its_signatures(string method, string path, string query, string payload, string signature, params string[] headers)
    {
        var canonical = SignatureV4.CanonicalRequest(
            method, path, new Query(query).Pairs, [.. headers.Select(header => header.Split(':', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]))], payload);
        Assert.Equal(signature, SignatureV4.Sign(Key, SignatureV4.StringToSign(Time, Scope, canonical)));
    }

    [Fact]
    public async Task The_chunked_upload_of_the_documentation_is_taken_and_any_changed_byte_refused()
    {
        var body = Chunked(
            ("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648", 65536),
            ("0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497", 1024),
            ("b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9", 0)) + "\r\n";
        Assert.Equal(66824, body.Length);
        var content = await ReceiveAsync(body, "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
        Assert.Equal(new string('a', 66560), content);

        var changed = body.Remove(70_000 - 5000, 1).Insert(70_000 - 5000, "b");
        var error = await Assert.ThrowsAsync<Errors.S3Exception>(() =>
            ReceiveAsync(changed, "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"));
        Assert.Equal("SignatureDoesNotMatch", error.Error.Code);
    }

    [Theory]
    [InlineData("sOO8/Q==", "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435", null)]
    [InlineData("sOO8/Q==", "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e436", "SignatureDoesNotMatch")]
    [InlineData("AAAA/Q==", "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435", "SignatureDoesNotMatch")]
    public async Task The_trailer_of_the_documentation_is_checked(string checksum, string signature, string? code)
    {
        var body = Chunked(
            ("b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2", 65536),
            ("1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7", 1024),
            ("2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992", 0))
            + $"x-amz-checksum-crc32c:{checksum}\r\nx-amz-trailer-signature:{signature}\r\n\r\n";
        var receive = () => ReceiveAsync(
            body, "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "x-amz-checksum-crc32c");
        if (code is null) Assert.Equal(new string('a', 66560), await receive());
        else Assert.Equal(code, (await Assert.ThrowsAsync<Errors.S3Exception>(receive)).Error.Code);
    }

    [Theory]
    [InlineData("3\r\nabc\r\n0\r\nx-amz-checksum-crc64nvme:BeXKuz/B+us=\r\n\r\n", 3, null)]
    [InlineData("1\r\na\r\n2\r\nbc\r\n0\r\nx-amz-checksum-crc64nvme:BeXKuz/B+us=\r\n", 3, null)]
    [InlineData("3\r\nabd\r\n0\r\nx-amz-checksum-crc64nvme:BeXKuz/B+us=\r\n\r\n", 3, "BadDigest")]
    [InlineData("3\r\nabc\r\n0\r\n\r\n", 3, "BadDigest")]
    [InlineData("3\r\nabc\r\n0\r\nx-amz-checksum-crc64nvme:BeXKuz/B+us=\r\n\r\n", 4, "IncompleteBody")]
    [InlineData("3\r\nab", 3, "IncompleteBody")]
    [InlineData("3\r\nabcd\r\n0\r\n\r\n", 3, "InvalidRequest")]
    [InlineData("zz\r\nabc\r\n", 3, "InvalidRequest")]
    public async Task An_unsigned_body_with_a_trailer_is_checked_by_its_trailer_and_length(string body, int length, string? code)
    {
        var receive = () => ReceiveAsync(body, "", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-checksum-crc64nvme", length);
        if (code is null) Assert.Equal("abc", await receive());
        else Assert.Equal(code, (await Assert.ThrowsAsync<Errors.S3Exception>(receive)).Error.Code);
    }

    [Fact]
    public void The_checksums_have_their_published_check_values()
    {
        var check = "123456789"u8;
        foreach (var (crc, value) in new[] { (Crc.Crc32(), "CBF43926"), (Crc.Crc32C(), "E3069283"), (Crc.Crc64Nvme(), "AE8B14860A799888") })
        {
            crc.Append(check);
            Assert.Equal(value, Convert.ToHexString(crc.Result()));
        }
    }

    private static string Chunked(params (string Signature, int Size)[] chunks) =>
        string.Concat(chunks.Select(chunk => $"{chunk.Size:x};chunk-signature={chunk.Signature}\r\n" + (chunk.Size > 0 ? new string('a', chunk.Size) + "\r\n" : "")));

    private static async Task<string> ReceiveAsync(string body, string seed, string payload, string? trailer = null, int length = 66560)
    {
        var http = new DefaultHttpContext().Request;
        http.Body = new MemoryStream(Encoding.ASCII.GetBytes(body));
        http.Headers["x-amz-decoded-content-length"] = $"{length}";
        if (trailer is not null) http.Headers["x-amz-trailer"] = trailer;
        using var content = new MemoryStream();
        await new Payload(http, new SignedRequest(Time, Scope, Key, seed, payload)).CopyToAsync(content, TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(content.ToArray());
    }
}

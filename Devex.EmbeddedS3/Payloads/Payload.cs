using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Signatures;

namespace Devex.EmbeddedS3.Payloads;

/// <summary>The body of a request, checked against all that its headers and trailers say about it while it streams by.</summary>
internal sealed class Payload(HttpRequest http, SignedRequest signed)
{
    /// <summary>The most that one request may carry: 5 GiB, as S3 has it.</summary>
    public const long MaxBytes = 5L << 30;

    private const int MaxDocumentBytes = 4 << 20;
    private const int BufferBytes = 128 * 1024;

    /// <summary>Copies the body; when this returns, every digest that the client gave was right.</summary>
    /// <exception cref="S3Exception">BadDigest, XAmzContentSHA256Mismatch, SignatureDoesNotMatch, IncompleteBody, EntityTooLarge, …</exception>
    public async Task<PayloadDigest> CopyToAsync(Stream destination, CancellationToken cancellationToken, long maxBytes = MaxBytes)
    {
        var framing = Framing();
        if (Length(framing is not null) is { } announced && announced > maxBytes) throw S3Error.EntityTooLarge.Exception();

        var source = framing ?? http.Body;
        var checksums = Checksums();
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hashed = signed.PayloadHash.Length == 64;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        long size = 0;
        try
        {
            while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                var data = buffer.AsMemory(0, count);
                md5.AppendData(data.Span);
                if (hashed) sha256.AppendData(data.Span);
                foreach (var checksum in checksums) checksum.Append(data.Span);
                size += count;
                if (size > maxBytes) throw S3Error.EntityTooLarge.Exception();
                await destination.WriteAsync(data, cancellationToken);
            }

            if (Length(framing is not null) is { } expected && expected != size) throw S3Error.IncompleteBody.Exception();
            var hash = md5.GetHashAndReset();
            CheckMd5(hash);
            if (hashed && Convert.ToHexStringLower(sha256.GetHashAndReset()) != signed.PayloadHash) throw S3Error.ContentSha256Mismatch.Exception();
            return new PayloadDigest(size, Convert.ToHexStringLower(hash), Check(checksums, framing?.Trailers));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            foreach (var checksum in checksums) checksum.Dispose();
            if (framing is not null) await framing.DisposeAsync();
        }
    }

    /// <summary>Reads a small body, an XML document, as a whole.</summary>
    public async Task<byte[]> ReadDocumentAsync(CancellationToken cancellationToken)
    {
        using var document = new MemoryStream();
        await CopyToAsync(document, cancellationToken, MaxDocumentBytes);
        return document.ToArray();
    }

    private AwsChunkedStream? Framing() => signed.PayloadHash switch
    {
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => new(http.Body, signed, isSigned: true, hasTrailer: false),
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => new(http.Body, signed, isSigned: true, hasTrailer: true),
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => new(http.Body, signed, isSigned: false, hasTrailer: true),
        Claim.UnsignedPayload or { Length: 64 } => null,
        var other => throw S3Error.NotImplemented.Because($"x-amz-content-sha256: {other} is not supported.").Exception(),
    };

    /// <summary>How many bytes of content were announced; null where the transfer is chunked by HTTP and nothing says.</summary>
    private long? Length(bool isFramed)
    {
        if (!isFramed) return http.ContentLength;
        return long.TryParse(http.Headers["x-amz-decoded-content-length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw S3Error.MissingContentLength.Because("An aws-chunked body needs x-amz-decoded-content-length.").Exception();
    }

    private List<Checksum> Checksums()
    {
        var announced = http.Headers["x-amz-trailer"].ToString().Split(',', StringSplitOptions.TrimEntries);
        return [.. http.Headers.Keys.Concat(announced)
            .Select(name => name.ToLowerInvariant())
            .Where(name => name.StartsWith(Checksum.HeaderPrefix, StringComparison.Ordinal) && name is not (Checksum.HeaderPrefix + "algorithm" or Checksum.HeaderPrefix + "type"))
            .Distinct()
            .Select(name => Checksum.Create(name[Checksum.HeaderPrefix.Length..]))];
    }

    private Dictionary<string, string> Check(List<Checksum> checksums, IReadOnlyDictionary<string, string>? trailers)
    {
        var values = new Dictionary<string, string>();
        foreach (var checksum in checksums)
        {
            var name = Checksum.HeaderPrefix + checksum.Name;
            var given = http.Headers[name].ToString() is { Length: > 0 } header ? header : trailers?.GetValueOrDefault(name);
            var actual = checksum.Result();
            if (given != actual) throw S3Error.BadDigest.Because($"The {name} that you specified did not match what was received.").Exception();
            values[checksum.Name] = actual;
        }

        return values;
    }

    private void CheckMd5(byte[] actual)
    {
        if (http.Headers.ContentMD5.ToString() is not { Length: > 0 } header) return;
        var given = new byte[16];
        if (!Convert.TryFromBase64String(header, given, out var length) || length != given.Length) throw S3Error.InvalidDigest.Exception();
        if (!given.AsSpan().SequenceEqual(actual)) throw S3Error.BadDigest.Exception();
    }
}

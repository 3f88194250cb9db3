using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Devex.EmbeddedS3.Errors;
using Devex.EmbeddedS3.Signatures;

namespace Devex.EmbeddedS3.Payloads;

/// <summary>
/// Takes the framing off an <c>aws-chunked</c> body, and checks each chunk's signature where the body is signed:
/// <code>
/// hex-size[;chunk-signature=…] CRLF data CRLF … 0[;chunk-signature=…] CRLF [trailer:value CRLF]… CRLF
/// </code>
/// Data is handed on before its chunk's signature can be checked; the reader must not use it before the end is reached.
/// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html.
/// </summary>
internal sealed class AwsChunkedStream(Stream body, SignedRequest request, bool isSigned, bool hasTrailer) : Stream
{
    private const int LongestLine = 4096;
    private const string SignatureField = "chunk-signature=";
    private const string TrailerSignature = "x-amz-trailer-signature";

    private readonly PipeReader _reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<string, string> _trailers = new(StringComparer.OrdinalIgnoreCase);
    private string _previous = request.Signature;
    private string? _claimed;
    private long _left;
    private bool _atEnd;

    /// <summary>The trailing headers; complete when the stream has ended.</summary>
    public IReadOnlyDictionary<string, string> Trailers => _trailers;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_atEnd || buffer.Length == 0) return 0;
        if (_left == 0 && !await NextChunkAsync(cancellationToken)) return 0;

        var result = await _reader.ReadAsync(cancellationToken);
        if (result.Buffer.Length == 0) throw Incomplete();
        var take = (int)Math.Min(Math.Min(buffer.Length, _left), result.Buffer.Length);
        var data = buffer.Span[..take];
        System.Buffers.BuffersExtensions.CopyTo(result.Buffer.Slice(0, take), data);
        _reader.AdvanceTo(result.Buffer.GetPosition(take));
        if (isSigned) _hash.AppendData(data);
        _left -= take;
        if (_left == 0) await EndChunkAsync(cancellationToken);
        return take;
    }

    /// <summary>Reads a chunk's head; false at the last, empty chunk, with everything after it checked.</summary>
    private async ValueTask<bool> NextChunkAsync(CancellationToken cancellationToken)
    {
        var fields = (await ReadLineAsync(cancellationToken)).Split(';', StringSplitOptions.TrimEntries);
        if (!long.TryParse(fields[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left) || _left < 0)
            throw S3Error.InvalidRequest.Because("A chunk's size is not a hexadecimal number.").Exception();

        _claimed = fields.Skip(1).FirstOrDefault(field => field.StartsWith(SignatureField, StringComparison.Ordinal))?[SignatureField.Length..];
        if (isSigned && _claimed is null) throw S3Error.SignatureDoesNotMatch.Because("A chunk has no signature.").Exception();
        if (_left > 0) return true;

        CheckChunk();
        await ReadTrailersAsync(cancellationToken);
        _atEnd = true;
        return false;
    }

    private async ValueTask EndChunkAsync(CancellationToken cancellationToken)
    {
        if ((await ReadLineAsync(cancellationToken)).Length != 0) throw S3Error.InvalidRequest.Because("A chunk is longer than its size says.").Exception();
        CheckChunk();
    }

    private void CheckChunk()
    {
        if (!isSigned) return;
        var hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
        var expected = SignatureV4.Sign(request.SigningKey, SignatureV4.ChunkStringToSign(request.Time, request.Scope, _previous, hash));
        if (!SignatureV4.Same(expected, _claimed!)) throw S3Error.SignatureDoesNotMatch.Because("A chunk's signature does not match.").Exception();
        _previous = expected;
    }

    private async ValueTask ReadTrailersAsync(CancellationToken cancellationToken)
    {
        var signed = new StringBuilder();
        string? signature = null;
        while (await ReadLineAsync(cancellationToken, mayEnd: true) is { Length: > 0 } line)
        {
            var field = line.Split(':', 2, StringSplitOptions.TrimEntries);
            if (field.Length != 2) throw S3Error.InvalidRequest.Because("A trailer is not 'name:value'.").Exception();
            if (field[0].Equals(TrailerSignature, StringComparison.OrdinalIgnoreCase))
            {
                signature = field[1];
                continue;
            }

            if (!hasTrailer) throw S3Error.InvalidRequest.Because("The body has a trailer that its headers do not announce.").Exception();
            _trailers[field[0]] = field[1];
            signed.Append(field[0].ToLowerInvariant()).Append(':').Append(field[1]).Append('\n');
        }

        if (!isSigned || !hasTrailer) return;
        var toSign = SignatureV4.TrailerStringToSign(request.Time, request.Scope, _previous, signed.ToString());
        if (signature is null || !SignatureV4.Same(SignatureV4.Sign(request.SigningKey, toSign), signature))
            throw S3Error.SignatureDoesNotMatch.Because("The trailer's signature does not match.").Exception();
    }

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken, bool mayEnd = false)
    {
        while (true)
        {
            var result = await _reader.ReadAsync(cancellationToken);
            if (EndOfLine(result.Buffer) is { } end)
            {
                var line = Encoding.UTF8.GetString(result.Buffer.Slice(0, end));
                _reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line.TrimEnd('\r');
            }

            var length = result.Buffer.Length;
            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (length > LongestLine) throw S3Error.InvalidRequest.Because("A line of the chunk framing is too long.").Exception();
            if (!result.IsCompleted) continue;
            if (mayEnd && length == 0) return "";
            throw Incomplete();
        }
    }

    private static SequencePosition? EndOfLine(System.Buffers.ReadOnlySequence<byte> buffer) =>
        System.Buffers.BuffersExtensions.PositionOf(buffer, (byte)'\n');

    private static S3Exception Incomplete() => S3Error.IncompleteBody.Exception();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

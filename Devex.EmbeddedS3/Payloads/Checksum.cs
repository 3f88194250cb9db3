using System.Security.Cryptography;
using Devex.EmbeddedS3.Errors;

namespace Devex.EmbeddedS3.Payloads;

/// <summary>One running checksum of a body, by the name S3 gives it in <c>x-amz-checksum-NAME</c>.</summary>
internal sealed class Checksum : IDisposable
{
    public const string HeaderPrefix = "x-amz-checksum-";

    private readonly IncrementalHash? _hash;
    private readonly Crc? _crc;

    private Checksum(string name, IncrementalHash? hash, Crc? crc)
    {
        Name = name;
        _hash = hash;
        _crc = crc;
    }

    /// <summary>For example <c>sha256</c>.</summary>
    public string Name { get; }

    /// <exception cref="S3Exception">InvalidRequest: no such algorithm.</exception>
    public static Checksum Create(string name) => name switch
    {
        "sha256" => new(name, IncrementalHash.CreateHash(HashAlgorithmName.SHA256), null),
        "sha1" => new(name, IncrementalHash.CreateHash(HashAlgorithmName.SHA1), null),
        "crc32" => new(name, null, Crc.Crc32()),
        "crc32c" => new(name, null, Crc.Crc32C()),
        "crc64nvme" => new(name, null, Crc.Crc64Nvme()),
        _ => throw S3Error.InvalidRequest.Because($"The checksum algorithm '{name}' is not supported.").Exception(),
    };

    public void Append(ReadOnlySpan<byte> data)
    {
        _hash?.AppendData(data);
        _crc?.Append(data);
    }

    /// <summary>The value in base64, as the header carries it.</summary>
    public string Result() => Convert.ToBase64String(_hash?.GetHashAndReset() ?? _crc!.Result());

    public void Dispose() => _hash?.Dispose();
}

namespace Devex.EmbeddedS3.Payloads;

/// <summary>The reflected CRCs that S3 accepts as checksums, a byte at a time.</summary>
internal sealed class Crc(ulong polynomial, int bits)
{
    private readonly ulong[] _table = Table(polynomial);
    private readonly ulong _ones = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
    private ulong _state = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;

    public static Crc Crc32() => new(0xEDB88320, 32);

    public static Crc Crc32C() => new(0x82F63B78, 32);

    public static Crc Crc64Nvme() => new(0x9A6C9329AC4BC9B5, 64);

    public void Append(ReadOnlySpan<byte> data)
    {
        var state = _state;
        foreach (var b in data) state = _table[(byte)state ^ b] ^ (state >> 8);
        _state = state;
    }

    /// <summary>The value, most significant byte first, as S3 writes it in base64.</summary>
    public byte[] Result()
    {
        var value = _state ^ _ones;
        var bytes = new byte[bits / 8];
        for (var i = bytes.Length - 1; i >= 0; i--, value >>= 8) bytes[i] = (byte)value;
        return bytes;
    }

    private static ulong[] Table(ulong polynomial)
    {
        var table = new ulong[256];
        for (var i = 0UL; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) == 1 ? (value >> 1) ^ polynomial : value >> 1;
            table[i] = value;
        }

        return table;
    }
}

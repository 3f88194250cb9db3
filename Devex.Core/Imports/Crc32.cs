namespace Devex.Core.Imports;

/// <summary>The checksum of zip archives: CRC-32 as in ISO 3309 and ITU-T V.42, reflected polynomial 0xEDB88320.</summary>
internal sealed class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Enumerable.Range(0, 8).Aggregate((uint)i, (value, _) => (value & 1) != 0 ? (value >> 1) ^ 0xedb88320 : value >> 1))];

    private uint _state = uint.MaxValue;

    public uint Value => ~_state;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            _state = (_state >> 8) ^ Table[(byte)(_state ^ value)];
    }
}

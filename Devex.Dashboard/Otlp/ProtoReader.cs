using System.Buffers.Binary;
using System.Text;

namespace Devex.Dashboard.Otlp;

/// <summary>
/// Reads Protocol Buffers from the wire (protobuf.dev, "Encoding"): field by field, as the caller knows them by number. OTLP is stable, and
/// the little of it that is shown needs no generated classes.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> rest)
{
    private const int WireVarint = 0;
    private const int WireFixed64 = 1;
    private const int WireBytes = 2;
    private const int WireFixed32 = 5;
    private const int MaxVarintBits = 64;

    private ReadOnlySpan<byte> _rest = rest;
    private int _wire;

    /// <summary>Number of the field whose value is read or skipped next.</summary>
    public int Field { get; private set; }

    /// <exception cref="InvalidDataException">This is no message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        (Field, _wire) = ((int)(tag >> 3), (int)(tag & 7));
        return Field > 0 ? true : throw Broken();
    }

    public ulong UInt64() => Expect(WireVarint) ? Varint() : 0;

    public ulong Fixed64() => Expect(WireFixed64) ? BinaryPrimitives.ReadUInt64LittleEndian(Take(8)) : 0;

    public double Double() => BitConverter.UInt64BitsToDouble(Fixed64());

    public ReadOnlySpan<byte> Bytes() => Expect(WireBytes) ? Take(Varint()) : default;

    public ProtoReader Message() => new(Bytes());

    /// <param name="limit">Characters; what is longer is cut.</param>
    public string Text(int limit)
    {
        var bytes = Bytes();
        // A character is at most four bytes; those cut in the middle become a replacement character.
        var text = Encoding.UTF8.GetString(bytes.Length > limit * 4 ? bytes[..(limit * 4)] : bytes);
        return text.Length > limit ? text[..limit] + "…" : text;
    }

    /// <summary>Repeated fixed-size numbers, packed or one by one.</summary>
    public void AddFixed64To(List<ulong> list, int limit)
    {
        var bytes = _wire == WireBytes ? Bytes() : Take(8);
        for (; bytes.Length >= 8 && list.Count < limit; bytes = bytes[8..])
        {
            list.Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }
    }

    public void Skip()
    {
        _ = _wire switch
        {
            WireVarint => Varint(),
            WireFixed64 => Consume(8),
            WireBytes => Consume(Varint()),
            WireFixed32 => Consume(4),
            _ => throw Broken(),
        };
    }

    private readonly bool Expect(int wire) => _wire == wire ? true : throw Broken();

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < MaxVarintBits; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Broken();
    }

    private ulong Consume(ulong count)
    {
        Take(count);
        return count;
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw Broken();
        }

        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private static InvalidDataException Broken() => new("This is no OTLP message.");
}

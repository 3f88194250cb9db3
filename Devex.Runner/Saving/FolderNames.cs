using System.Buffers;
using System.Buffers.Binary;
using Devex.Runner.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Saving;

/// <summary>Names in a folder in order of bytes, each with the zero that the kernel wants after it, all in one buffer: a scan makes no object for a name.</summary>
internal sealed class FolderNames : IDisposable
{
    private readonly List<(int Start, int Length)> _names = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
    private int _length;

    public int Count => _names.Count;

    /// <summary>A name without its zero.</summary>
    public ReadOnlySpan<byte> this[int index] => _buffer.AsSpan(_names[index].Start, _names[index].Length);

    /// <summary>A name with its zero.</summary>
    public ReadOnlySpan<byte> Terminated(int index) => _buffer.AsSpan(_names[index].Start, _names[index].Length + 1);

    /// <summary>Reads them all; false when the folder cannot be read.</summary>
    public bool Read(SafeFileHandle folder)
    {
        Span<byte> entries = stackalloc byte[16 * 1024];
        int length;
        while ((length = Libc.GetDents(folder, entries)) > 0)
        {
            for (var rest = entries[..length]; rest.Length > 0; rest = rest[BinaryPrimitives.ReadUInt16LittleEndian(rest[16..])..])
            {
                var name = rest[19..];
                name = name[..(name.IndexOf((byte)0) + 1)];
                if (!name.SequenceEqual(".\0"u8) && !name.SequenceEqual("..\0"u8))
                    Add(name);
            }
        }
        _names.Sort((left, right) => _buffer.AsSpan(left.Start, left.Length).SequenceCompareTo(_buffer.AsSpan(right.Start, right.Length)));
        return length == 0;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Add(ReadOnlySpan<byte> terminated)
    {
        if (_length + terminated.Length > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        terminated.CopyTo(_buffer.AsSpan(_length));
        _names.Add((_length, terminated.Length - 1));
        _length += terminated.Length;
    }
}

using Devex.Runner.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Devex.Runner.Programs;

/// <summary>
/// Our end of a pipe to a program. Reading and writing wait in poll(2) for the pipe or for the end of this object, whichever comes first: what
/// a program leaves running may hold the other end open for ever, and a thread in read(2) cannot be called back.
/// </summary>
internal sealed class ProgramPipe(SafeFileHandle handle, FileAccess access) : Stream
{
    private readonly WakeUp _closed = new();
    private readonly Lock _gate = new();
    private int _users;
    private bool _disposed;

    public override bool CanRead => access == FileAccess.Read;

    public override bool CanWrite => access == FileAccess.Write;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes that are there; 0 at the end, or once this end is closed.</summary>
    public override unsafe int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty && Wait(PollEntry.Input) is { } descriptor)
        {
            try
            {
                nint read;
                fixed (byte* start = buffer)
                    read = PtyCalls.Read(descriptor, start, (nuint)buffer.Length);
                if (read >= 0)
                    return (int)read;
                if (!IsTransient())
                    return 0;
            }
            finally
            {
                Leave();
            }
        }
        return 0;
    }

    /// <exception cref="IOException">Nobody reads any more, or this end is closed.</exception>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (Wait(PollEntry.Output) is not { } descriptor)
                throw new IOException("The pipe is closed.");
            try
            {
                nint written;
                fixed (byte* start = buffer)
                    written = PtyCalls.Write(descriptor, start, (nuint)buffer.Length);
                if (written > 0)
                    buffer = buffer[(int)written..];
                else if (!IsTransient())
                    throw new IOException("The program does not read.");
            }
            finally
            {
                Leave();
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Task.Run(() => Read(buffer.Span), cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Task.Run(() => Write(buffer.Span), cancellationToken));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _closed.Set();
            if (_users == 0)
                Release();
        }
        base.Dispose(disposing);
    }

    /// <summary>The descriptor, ready; null once this end is closed. <see cref="Leave"/> gives it back.</summary>
    private unsafe int? Wait(short events)
    {
        lock (_gate)
        {
            if (_disposed)
                return null;
            _users++;
        }
        var descriptor = (int)handle.DangerousGetHandle();
        var entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = descriptor, Events = events };
        entries[1] = new PollEntry { Descriptor = _closed.Descriptor, Events = PollEntry.Input };
        while (PtyCalls.Poll(entries, 2, -1) < 0)
        {
            // A signal came in between.
        }
        if (entries[1].Happened == 0)
            return descriptor;
        Leave();
        return null;
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_users == 0 && _disposed)
                Release();
        }
    }

    private void Release()
    {
        handle.Dispose();
        _closed.Close();
    }

    private static bool IsTransient() =>
        System.Runtime.InteropServices.Marshal.GetLastPInvokeError() is PtyCalls.Interrupted or PtyCalls.TryAgain;
}

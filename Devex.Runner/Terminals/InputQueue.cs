using System.Buffers;

namespace Devex.Runner.Terminals;

/// <summary>Input on its way to a terminal whose program does not read: written at once where possible, else kept in order.</summary>
internal sealed class InputQueue(Pty pty, WakeUp wakeUp)
{
    /// <summary>Bytes that may wait; who wants to add more waits too.</summary>
    public const int Limit = 256 << 10;

    private readonly Lock _gate = new();
    private byte[] _waiting = [];
    private int _start;
    private int _end;
    private bool _closed;
    private TaskCompletionSource? _room;

    /// <summary>Whether something waits for the terminal to take it.</summary>
    public bool Any
    {
        get
        {
            lock (_gate) return _end > _start;
        }
    }

    /// <summary>Puts input in line; completes when more may be sent.</summary>
    public Task SendAsync(ReadOnlySpan<byte> input)
    {
        lock (_gate)
        {
            if (_closed) return Task.CompletedTask;
            if (_end == _start)
            {
                var written = pty.Write(input);
                if (written < 0) return Task.CompletedTask;
                input = input[written..];
                if (input.IsEmpty) return Task.CompletedTask;
            }

            Append(input);
            if (_end - _start > Limit) _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        wakeUp.Set();
        return _room?.Task ?? Task.CompletedTask;
    }

    /// <summary>Writes what waits, as far as the terminal takes it.</summary>
    public void Flush()
    {
        TaskCompletionSource? room = null;
        lock (_gate)
        {
            if (_end > _start)
            {
                var written = pty.Write(_waiting.AsSpan(_start, _end - _start));
                _start = written < 0 ? _end : _start + written;
            }

            if (_end - _start <= Limit / 2) (room, _room) = (_room, null);
            if (_end == _start) Release();
        }

        room?.SetResult();
    }

    /// <summary>Nobody reads any more.</summary>
    public void Close()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _closed = true;
            Release();
            (room, _room) = (_room, null);
        }

        room?.SetResult();
    }

    private void Append(ReadOnlySpan<byte> input)
    {
        if (_waiting.Length - _end < input.Length)
        {
            var next = ArrayPool<byte>.Shared.Rent(Math.Max(4096, (_end - _start + input.Length) * 2));
            _waiting.AsSpan(_start, _end - _start).CopyTo(next);
            if (_waiting.Length > 0) ArrayPool<byte>.Shared.Return(_waiting);
            (_waiting, _start, _end) = (next, 0, _end - _start);
        }

        input.CopyTo(_waiting.AsSpan(_end));
        _end += input.Length;
    }

    private void Release()
    {
        if (_waiting.Length > 0) ArrayPool<byte>.Shared.Return(_waiting);
        (_waiting, _start, _end) = ([], 0, 0);
    }
}

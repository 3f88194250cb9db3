using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Devex.Runner.Terminals;

/// <summary>The master side of a pseudo-terminal, non-blocking. The slave is opened by <see cref="Programs.Spawn"/> in the child alone.</summary>
internal sealed class Pty : IDisposable
{
    private readonly Lock _gate = new();
    private int _master;

    private Pty(int master, string slavePath) => (_master, SlavePath) = (master, slavePath);

    public string SlavePath { get; }

    /// <summary>For polling; -1 once closed.</summary>
    public int Descriptor => _master;

    /// <exception cref="Win32Exception">The system has no more of them.</exception>
    public static unsafe Pty Open(int columns, int rows)
    {
        var master = PtyCalls.OpenMaster(PtyCalls.ReadWrite | PtyCalls.NoControllingTerminal | PtyCalls.CloseOnExec);
        if (master < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        try
        {
            if (PtyCalls.Grant(master) != 0 || PtyCalls.Unlock(master) != 0
                || PtyCalls.Control(master, PtyCalls.SetStatusFlags, PtyCalls.ReadWrite | PtyCalls.NonBlocking) != 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }

            var name = stackalloc byte[128];
            var error = PtyCalls.SlaveName(master, name, 128);
            if (error != 0) throw new Win32Exception(error);
            var pty = new Pty(master, Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)));
            pty.Resize(columns, rows);
            return pty;
        }
        catch
        {
            _ = PtyCalls.Close(master);
            throw;
        }
    }

    /// <summary>Reads what is there: the number of bytes, 0 when there is nothing now, -1 when nothing will come any more.</summary>
    /// <remarks>For the one thread that also closes.</remarks>
    public unsafe int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint read;
            fixed (byte* start = buffer) read = PtyCalls.Read(_master, start, (nuint)buffer.Length);
            if (read > 0) return (int)read;
            switch (read == 0 ? PtyCalls.InputOutput : Marshal.GetLastPInvokeError())
            {
                case PtyCalls.Interrupted: continue;
                case PtyCalls.TryAgain: return 0;
                default: return -1;
            }
        }
    }

    /// <summary>Writes what the terminal takes now; the number of bytes, -1 when nobody will ever take them.</summary>
    public unsafe int Write(ReadOnlySpan<byte> input)
    {
        lock (_gate)
        {
            while (_master >= 0)
            {
                nint written;
                fixed (byte* start = input) written = PtyCalls.Write(_master, start, (nuint)input.Length);
                if (written >= 0) return (int)written;
                switch (Marshal.GetLastPInvokeError())
                {
                    case PtyCalls.Interrupted: continue;
                    case PtyCalls.TryAgain: return 0;
                    default: return -1;
                }
            }

            return -1;
        }
    }

    public void Resize(int columns, int rows)
    {
        lock (_gate)
        {
            if (_master >= 0) _ = PtyCalls.SetSize(_master, PtyCalls.SetWindowSize, new WindowSize(columns, rows));
        }
    }

    /// <summary>The process group that the keyboard's signals go to; 0 when there is none.</summary>
    public int ForegroundGroup()
    {
        lock (_gate)
        {
            return _master >= 0 && PtyCalls.GetGroup(_master, PtyCalls.GetForegroundGroup, out var group) == 0 ? group : 0;
        }
    }

    /// <summary>Hangs up: programs that still have the terminal open get SIGHUP or an error.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_master < 0) return;
            _ = PtyCalls.Close(_master);
            _master = -1;
        }
    }
}

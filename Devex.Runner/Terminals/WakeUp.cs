using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Devex.Runner.Terminals;

/// <summary>Wakes a thread that polls (eventfd).</summary>
internal sealed class WakeUp
{
    private readonly Lock _gate = new();
    private int _descriptor;

    public WakeUp()
    {
        _descriptor = PtyCalls.EventDescriptor(0, PtyCalls.NonBlocking | PtyCalls.CloseOnExec);
        if (_descriptor < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    public int Descriptor => _descriptor;

    public unsafe void Set()
    {
        lock (_gate)
        {
            ulong one = 1;
            if (_descriptor >= 0) _ = PtyCalls.Write(_descriptor, (byte*)&one, sizeof(ulong));
        }
    }

    public unsafe void Clear()
    {
        ulong count;
        _ = PtyCalls.Read(_descriptor, (byte*)&count, sizeof(ulong));
    }

    public void Close()
    {
        lock (_gate)
        {
            _ = PtyCalls.Close(_descriptor);
            _descriptor = -1;
        }
    }
}

using Devex.Runner.Access;

namespace Devex.Runner.Terminals;

/// <summary>One client of a terminal: its place in the output, whether it drives, and what it wants the size to be.</summary>
internal sealed class TerminalWatcher(bool drives, long offset, Grant person)
{
    private long _acknowledged = offset;
    private int _room = Terminal.MostAhead;

    /// <summary>Fires when there is output or something else to tell.</summary>
    public Signal Changed { get; } = new();

    /// <summary>Whether input is taken from it, and whether output waits for it.</summary>
    public bool Drives { get; set; } = drives;

    /// <summary>Who it is.</summary>
    public Grant Person => person;

    /// <summary>The offset up to which it has drawn the output.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>By how many bytes output may be ahead of that.</summary>
    public int Room => Volatile.Read(ref _room);

    /// <summary>The size that it last asked for; applied again whenever it types.</summary>
    public (int Columns, int Rows)? Size { get; set; }

    internal void Acknowledge(long offset, int room)
    {
        Volatile.Write(ref _room, room);
        if (offset > _acknowledged) Volatile.Write(ref _acknowledged, offset);
    }
}

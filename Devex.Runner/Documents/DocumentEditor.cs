using Devex.Contracts.Protocol;

namespace Devex.Runner.Documents;

/// <summary>Somebody who has a document open. What is sent before the answer to their <c>documents.open</c> waits for it.</summary>
internal sealed class DocumentEditor(Participant participant, Action<ReadOnlyMemory<byte>> send)
{
    private List<ReadOnlyMemory<byte>>? _held = [];

    public Participant Participant => participant;

    /// <summary>The version that they were told of last.</summary>
    public long Told { get; set; }

    /// <summary>Where they are, as they said last.</summary>
    public PresentPerson? Presence { get; set; }

    public void Send(ReadOnlyMemory<byte> frame)
    {
        if (_held is null) send(frame);
        else _held.Add(frame);
    }

    /// <summary>The answer to their <c>documents.open</c> is on its way.</summary>
    public void Release()
    {
        foreach (var frame in _held ?? []) send(frame);
        _held = null;
    }

    /// <summary>They open it again on the same connection.</summary>
    public void Hold() => _held ??= [];
}

namespace Devex.Runner.Documents;

/// <summary>
/// A change of a whole text, as CodeMirror 6 has it (@codemirror/state, ChangeSet): consecutive sections that keep, delete
/// or replace. Positions and lengths are UTF-16 units. Mapping gives, section for section, what CodeMirror gives:
/// browsers and <c>serve</c> each map for themselves and must arrive at the same text.
/// </summary>
internal sealed partial class ChangeSet
{
    private readonly Section[] _sections;

    public ChangeSet(Section[] sections)
    {
        _sections = sections;
        foreach (var section in sections)
        {
            Length = checked(Length + section.Length);
            NewLength = checked(NewLength + section.NewLength);
        }
    }

    public ReadOnlySpan<Section> Sections => _sections;

    /// <summary>Length of the text that it applies to.</summary>
    public int Length { get; }

    /// <summary>Length of the text that it makes.</summary>
    public int NewLength { get; }

    public bool IsEmpty => _sections.Length == 0 || (_sections.Length == 1 && _sections[0].Keeps);

    /// <summary>The change set that turns a text of <paramref name="length"/> units into itself.</summary>
    public static ChangeSet Keep(int length) => new(length == 0 ? [] : [new Section(length, null)]);

    /// <summary>Replaces <paramref name="removed"/> units at <paramref name="from"/> in a text of <paramref name="length"/> units.</summary>
    public static ChangeSet Replace(int length, int from, int removed, string text)
    {
        var builder = new ChangeSetBuilder();
        builder.Keep(from);
        builder.Replace(removed, text);
        builder.Keep(length - from - removed);
        return builder.Build();
    }

    /// <summary>Where <paramref name="position"/> is afterwards; <paramref name="after"/> says on which side of an insertion at that place it stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is outside of the text.</exception>
    public int MapPosition(int position, bool after = false)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)position, (uint)Length, nameof(position));
        var (oldStart, newStart) = (0, 0);
        foreach (var section in _sections)
        {
            var oldEnd = oldStart + section.Length;
            if (section.Keeps && oldEnd > position) return newStart + position - oldStart;
            if (!section.Keeps && (oldEnd > position || (oldEnd == position && section.Length == 0 && !after)))
                return position == oldStart || !after ? newStart : newStart + section.NewLength;
            oldStart = oldEnd;
            newStart += section.NewLength;
        }

        return newStart;
    }
}

namespace Devex.Runner.Documents;

/// <summary>Walks the sections of a change set, whole or piece by piece of the old text.</summary>
internal struct SectionCursor
{
    private readonly Section[] _sections;

    public SectionCursor(Section[] sections)
    {
        _sections = sections;
        Index = -1;
        Next();
    }

    /// <summary>Number of the current section.</summary>
    public int Index { get; private set; }

    /// <summary>Units of the old text that the current section still covers.</summary>
    public int Left { get; private set; }

    /// <summary>Whether a piece of the current section has been passed.</summary>
    public bool Entered { get; private set; }

    /// <summary>The replacement; null where the section keeps and past the end.</summary>
    public string? Text { get; private set; }

    public readonly bool Done => Index >= _sections.Length;

    public readonly bool Keeps => Text is null && !Done;

    public readonly bool Changes => Text is not null;

    public void Next()
    {
        Index++;
        (Left, Text) = Done ? (0, null) : (_sections[Index].Length, _sections[Index].Text);
        Entered = false;
    }

    public void Forward(int length)
    {
        if (length == Left)
        {
            Next();
            return;
        }

        Left -= length;
        Entered = true;
    }
}

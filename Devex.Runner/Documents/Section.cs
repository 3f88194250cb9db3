namespace Devex.Runner.Documents;

/// <summary>One part of a <see cref="ChangeSet"/>.</summary>
/// <param name="Length">UTF-16 units of the old text that it covers.</param>
/// <param name="Text">What replaces them, lines joined by <c>\n</c>: null keeps, an empty string deletes.</param>
internal readonly record struct Section(int Length, string? Text)
{
    public bool Keeps => Text is null;

    /// <summary>UTF-16 units of the new text that it covers.</summary>
    public int NewLength => Text?.Length ?? Length;
}

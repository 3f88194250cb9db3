using System.Text;

namespace Devex.Runner.Documents;

/// <summary>
/// Collects sections and joins neighbours as CodeMirror does: keep with keep, deletion with deletion, insertion with
/// insertion. The joined form is part of the protocol, since mapping treats one section and two differently.
/// </summary>
internal sealed class ChangeSetBuilder(int capacity = 4)
{
    private readonly List<Section> _sections = new(capacity);

    // Many insertions at one place are joined in one buffer: a string per step would take quadratic time.
    private StringBuilder? _joined;

    public void Keep(int length) => Add(length, null);

    public void Replace(int length, string text) => Add(length, text);

    public ChangeSet Build()
    {
        Settle();
        return new ChangeSet([.. _sections]);
    }

    private void Add(int length, string? text)
    {
        if (length == 0 && string.IsNullOrEmpty(text)) return;
        if (_sections.Count > 0)
        {
            var last = _sections[^1];
            if (text is null ? last.Keeps : text.Length == 0 && _joined is null && last.Text is "")
            {
                _sections[^1] = last with { Length = last.Length + length };
                return;
            }

            if (length == 0 && last.Length == 0)
            {
                _joined ??= new StringBuilder(last.Text);
                _joined.Append(text);
                return;
            }
        }

        Settle();
        _sections.Add(new Section(length, text));
    }

    private void Settle()
    {
        if (_joined is null) return;
        _sections[^1] = new Section(0, _joined.ToString());
        _joined = null;
    }
}

namespace Devex.Runner.Documents;

internal sealed partial class ChangeSet
{
    /// <summary>
    /// This change as it applies after <paramref name="over"/>, when both were made on the same text. Of two insertions
    /// at one place this one comes first where <paramref name="before"/> is set.
    /// </summary>
    /// <exception cref="ChangeException">They were not made on texts of one length.</exception>
    public ChangeSet Map(ChangeSet over, bool before = false)
    {
        if (Length != over.Length) throw new ChangeException("The change sets were made on texts of different length.");

        var result = new ChangeSetBuilder(_sections.Length + 2);
        var (a, b) = (new SectionCursor(_sections), new SectionCursor(over._sections));

        // A section of this set may be taken piece by piece; its text goes in with the first piece only.
        var written = -1;
        while (!a.Done || !b.Done)
        {
            if (a.Keeps && b.Keeps)
            {
                var length = Math.Min(a.Left, b.Left);
                result.Keep(length);
                a.Forward(length);
                b.Forward(length);
            }
            else if (b.Changes && (!a.Changes || written == a.Index || (!a.Entered && (b.Left < a.Left || (b.Left == a.Left && !before)))))
            {
                PassOver(ref a, ref b, result, ref written);
            }
            else
            {
                result.Replace(TakeKept(ref a, ref b, out var left), written < a.Index ? a.Text! : "");
                written = a.Index;
                a.Forward(a.Left - left);
            }
        }

        return result.Build();
    }

    /// <summary>The other set's change comes first: its text is kept, and what it removed cannot be removed again.</summary>
    private static void PassOver(ref SectionCursor a, ref SectionCursor b, ChangeSetBuilder result, ref int written)
    {
        result.Keep(b.Text!.Length);
        for (var left = b.Left; left > 0;)
        {
            var piece = Math.Min(a.Left, left);
            if (a.Changes && written < a.Index && a.Left <= piece)
            {
                result.Replace(0, a.Text!);
                written = a.Index;
            }

            a.Forward(piece);
            left -= piece;
        }

        b.Next();
    }

    /// <summary>Counts what the other set keeps of the section at <paramref name="a"/>, up to its next insertion.</summary>
    private static int TakeKept(ref SectionCursor a, ref SectionCursor b, out int left)
    {
        var kept = 0;
        for (left = a.Left; left > 0;)
        {
            if (b.Keeps)
            {
                var piece = Math.Min(left, b.Left);
                kept += piece;
                left -= piece;
                b.Forward(piece);
            }
            else if (b.Text is "" && b.Left < left)
            {
                left -= b.Left;
                b.Next();
            }
            else
            {
                break;
            }
        }

        return kept;
    }
}

namespace Devex.Runner.Documents;

/// <summary>
/// Brings updates made on an older version up to date, over each accepted update in turn. Never over a composition of
/// them: mapping over a composition is not mapping over its parts, and browsers receive one update at a time likewise.
/// </summary>
internal static class Rebase
{
    /// <summary>
    /// <paramref name="pushed"/> as they apply after <paramref name="accepted"/>, less those that are among the accepted.
    /// </summary>
    public static List<Update> Over(IEnumerable<Update> accepted, IReadOnlyList<Update> pushed)
    {
        var pending = new List<Update>(pushed);
        foreach (var update in accepted)
        {
            if (pending.Count == 0) break;
            if (pending[0].IsSameAs(update)) pending.RemoveAt(0);
            else Receive(pending, update.Changes);
        }

        return pending;
    }

    private static void Receive(List<Update> pending, ChangeSet foreign)
    {
        for (var i = 0; i < pending.Count; i++)
        {
            var own = pending[i].Changes;
            pending[i] = new Update(pending[i].Client, pending[i].N, own.Map(foreign));
            foreign = foreign.Map(own, before: true);
        }
    }
}

using Devex.Dashboard.Telemetry;

namespace Devex.Dashboard.Traces;

/// <param name="Span">The span.</param>
/// <param name="Depth">How many parents it has here.</param>
/// <param name="Left">Where it begins, in percent of the whole.</param>
/// <param name="Width">How long it lasts, in percent of the whole.</param>
internal sealed record WaterfallRow(Span Span, int Depth, double Left, double Width);

/// <summary>A trace's spans as a tree, children below their parent in the order of their starts.</summary>
internal static class Waterfall
{
    private const double Narrowest = 0.2;

    public static IReadOnlyList<WaterfallRow> Of(IReadOnlyList<Span> spans)
    {
        if (spans.Count == 0)
        {
            return [];
        }

        var start = spans.Min(span => span.Start);
        var whole = Math.Max(1, (spans.Max(span => span.End) - start).Ticks);
        var ids = spans.Select(span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        var children = spans.Where(span => ids.Contains(span.ParentId) && span.ParentId != span.SpanId).ToLookup(span => span.ParentId);
        var rows = new List<WaterfallRow>();
        var seen = new HashSet<Span>(ReferenceEqualityComparer.Instance);
        var left = new Stack<(Span Span, int Depth)>(spans.Where(span => !ids.Contains(span.ParentId)).OrderByDescending(span => span.Start).Select(span => (span, 0)));
        while (left.TryPop(out var next))
        {
            // Whoever sends spans may send a circle.
            if (!seen.Add(next.Span))
            {
                continue;
            }

            rows.Add(new(next.Span, next.Depth, 100.0 * (next.Span.Start - start).Ticks / whole, Math.Max(Narrowest, 100.0 * next.Span.Duration.Ticks / whole)));
            foreach (var child in children[next.Span.SpanId].OrderByDescending(child => child.Start))
            {
                left.Push((child, next.Depth + 1));
            }
        }

        return rows;
    }
}

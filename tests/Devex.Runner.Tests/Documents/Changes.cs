using CsCheck;
using Devex.Runner.Documents;

namespace Devex.Runner.Tests.Documents;

/// <summary>Random texts and change sets, of few characters so that much collides.</summary>
internal static class Changes
{
    private static readonly Gen<char> Unit = Gen.Char["abc\né字"];

    public static readonly Gen<string> Text = Unit.Array[0, 30].Select(units => new string(units));

    private static readonly Gen<string> Inserted = Unit.Array[0, 4].Select(units => new string(units));

    /// <summary>A change of a text of <paramref name="length"/> units.</summary>
    public static Gen<ChangeSet> Of(int length) =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3], Inserted).Array[0, 6].Select(parts =>
        {
            var builder = new ChangeSetBuilder();
            var left = length;
            foreach (var (keep, remove, insert) in parts)
            {
                var kept = Math.Min(keep, left);
                var removed = Math.Min(remove, left - kept);
                builder.Keep(kept);
                builder.Replace(removed, insert);
                left -= kept + removed;
            }

            builder.Keep(left);
            return builder.Build();
        });

    public static readonly Gen<(string Text, ChangeSet A, ChangeSet B)> TwoOfOneText =
        Text.SelectMany(text => Gen.Select(Of(text.Length), Of(text.Length), (a, b) => (text, a, b)));

    public static string Apply(string text, ChangeSet changes) => DocumentText.From(text).Apply(changes).ToString();

    public static ChangeSet Parse(string json) => ChangeSetJson.Parse(System.Text.Encoding.UTF8.GetBytes(json));

    public static string Json(ChangeSet changes) => System.Text.Encoding.UTF8.GetString(ChangeSetJson.ToUtf8(changes));
}

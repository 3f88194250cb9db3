using System.Text;
using CsCheck;
using Devex.EmbeddedS3.Buckets;
using Devex.EmbeddedS3.Objects;
using Xunit;

namespace Devex.EmbeddedS3.Tests.Listing;

public sealed class KeyIndexTests
{
    private static readonly Gen<string> AnyKey = OneOf("a", "b", "/", "//", "é", "\uE000", "\uFFFD", "😀", "..", "\u0001")
        .Array[1, 5].Select(string.Concat);

    [Fact]
    public void Keys_are_in_the_order_of_their_UTF8_bytes() => Gen.Select(AnyKey, AnyKey).Sample((a, b) =>
        Math.Sign(KeyOrder.Instance.Compare(a, b)) == Math.Sign(Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))));

    [Fact]
    public void Different_keys_have_different_files() => Gen.Select(AnyKey, AnyKey).Sample((a, b) =>
        (a == b) == (Bucket.FileName(a) == Bucket.FileName(b)) && Bucket.FileName(a).All(char.IsAsciiHexDigitLower));

    [Fact]
    public void Pages_together_are_what_a_plain_filter_gives() =>
        Gen.Select(AnyKey.Array[0, 40], OneOf("", "a", "a/", "/"), OneOf("", "/", "//"), Gen.Int[1, 7]).Sample((keys, prefix, delimiter, size) =>
        {
            var index = new KeyIndex([]);
            foreach (var key in keys) index.Set(Info(key));
            var listed = new List<string>();
            var after = "";
            Page page;
            do
            {
                page = index.List(prefix, delimiter, after, size);
                listed.AddRange(page.Objects.Select(info => info.Key).Concat(page.Folders).Order(KeyOrder.Instance));
                if (page.Objects.Count + page.Folders.Count > size) return false;
                after = page.Last;
            }
            while (page.IsTruncated);

            var expected = keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => RollUp(key, prefix, delimiter)).Distinct().Order(KeyOrder.Instance);
            return listed.SequenceEqual(expected);
        });

    [Fact]
    public void A_removed_key_is_not_listed()
    {
        var index = new KeyIndex([Info("b"), Info("a")]);
        index.Remove("a");
        index.Remove("none");
        Assert.Equal(["b"], index.List("", "", "", 10).Objects.Select(info => info.Key));
        Assert.Null(index.Find("a"));
    }

    [Fact]
    public void One_folder_of_100_000_keys_is_skipped_and_not_walked()
    {
        var index = new KeyIndex(Enumerable.Range(0, 100_000).Select(n => Info($"folder/{n:D6}")).Append(Info("z")));
        var page = index.List("", "/", "", 1000);
        Assert.Equal(["folder/"], page.Folders);
        Assert.Equal("z", Assert.Single(page.Objects).Key);
        Assert.Equal("folder/050001", index.List("folder/", "", "folder/050000", 1).Objects[0].Key);
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(n => values[n]);

    private static string RollUp(string key, string prefix, string delimiter)
    {
        var cut = delimiter.Length == 0 ? -1 : key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
        return cut < 0 ? key : key[..(cut + delimiter.Length)];
    }

    private static ObjectInfo Info(string key) => new(key, 0, "", default, new Dictionary<string, string>(), new Dictionary<string, string>());
}

namespace Devex.EmbeddedS3.Requests;

/// <summary>A query string, decoded; names are case-sensitive, as S3 has them, and keep their order.</summary>
internal sealed class Query
{
    private readonly List<KeyValuePair<string, string>> _pairs = [];

    public Query(string raw)
    {
        foreach (var pair in raw.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            _pairs.Add(cut < 0
                ? new(UriEncoding.Decode(pair, plusIsSpace: true), "")
                : new(UriEncoding.Decode(pair.AsSpan(0, cut), plusIsSpace: true), UriEncoding.Decode(pair.AsSpan(cut + 1), plusIsSpace: true)));
        }
    }

    public IReadOnlyList<KeyValuePair<string, string>> Pairs => _pairs;

    /// <summary>The first value of that name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var pair in _pairs)
            {
                if (pair.Key == name) return pair.Value;
            }

            return null;
        }
    }

    public bool Has(string name) => this[name] is not null;
}

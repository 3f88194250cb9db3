using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Devex.ServiceDefaults.Hosts;

/// <summary>
/// The public host names, bound from section <c>Hosts</c>: one for Web, and below two base names one per REPL and one per
/// previewed port. All functions are pure; host arguments may carry a port, which is not compared.
/// </summary>
public sealed record HostsOptions
{
    public const string Section = "Hosts";

    private const int ReplIdLength = 12;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz");

    /// <summary>Base URL of Web: scheme, host and, unless the scheme's own, port.</summary>
    public Uri Web { get; set; } = new("http://localhost:8080");

    /// <summary>Base URL below which every REPL has a host of its own.</summary>
    public Uri Repl { get; set; } = new("http://repl.localhost:8081");

    /// <summary>Base URL below which every previewed port has a host of its own.</summary>
    public Uri Preview { get; set; } = new("http://preview.localhost:8081");

    /// <summary>Base URL of people's pictures, which pages take from there alone: GitHub's, or that of a GitHub Enterprise.</summary>
    public Uri Avatars { get; set; } = new("https://avatars.githubusercontent.com");

    /// <summary>Further names by which parts call each other, such as <c>core</c>; without port.</summary>
    public string[] Internal { get; set; } = [];

    /// <summary>
    /// Public suffixes of more than one label that matter here, such as <c>co.uk</c> or an own entry in the Public Suffix
    /// List. Without them the last two labels of a name count as its registrable domain.
    /// </summary>
    public string[] PublicSuffixes { get; set; } = [];

    /// <summary>Origin of Web, as browsers send it in <c>Origin</c>.</summary>
    public string WebOrigin => Web.GetLeftPart(UriPartial.Authority);

    /// <summary>Origin of a REPL's runner: <c>http://{replId}.repl.localhost:8081</c>.</summary>
    public string ReplOrigin(string replId) => Below(Repl, replId);

    /// <summary>Origin of a REPL's previewed port: <c>http://{port}-{replId}.preview.localhost:8081</c>.</summary>
    public string PreviewOrigin(string replId, int port) => Below(Preview, string.Create(CultureInfo.InvariantCulture, $"{port}-{replId}"));

    /// <summary>Whether the host is Web's.</summary>
    public bool IsWeb(string? host) => Same(Name(host), Web.IdnHost);

    /// <summary>Whether the host is one of <see cref="Internal"/>.</summary>
    public bool IsInternal(string? host) => Internal.Any(name => Same(Name(host), name));

    /// <summary>Reads the REPL's id, 12 characters of <c>[0-9a-z]</c>, from its runner's host.</summary>
    public bool TryParseRepl(string? host, [NotNullWhen(true)] out string? replId)
    {
        replId = Label(host, Repl) is { } label && IsReplId(label) ? label : null;
        return replId is not null;
    }

    /// <summary>
    /// Reads id and port from a preview's host. The port is 1 to 65535 in ASCII digits without leading zero: what is
    /// written in another way names no preview, so that nothing behind reads it in another way either.
    /// </summary>
    public bool TryParsePreview(string? host, [NotNullWhen(true)] out string? replId, out int port)
    {
        replId = null;
        port = 0;
        var label = Label(host, Preview) ?? "";
        var dash = label.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !IsPort(label.AsSpan(0, dash), out var number) || !IsReplId(label.AsSpan(dash + 1)))
        {
            return false;
        }

        replId = label[(dash + 1)..];
        port = number;
        return true;
    }

    private static bool IsReplId(ReadOnlySpan<char> text) =>
        text.Length == ReplIdLength && text.IndexOfAnyExcept(IdCharacters) < 0;

    private static bool IsPort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        return text.Length > 0 && text[0] != '0' && text.IndexOfAnyExcept(Digits) < 0
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue;
    }

    private static string Below(Uri baseUrl, string label) =>
        $"{baseUrl.Scheme}://{label}.{baseUrl.IdnHost}{(baseUrl.IsDefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{baseUrl.Port}"))}";

    private static string? Label(string? host, Uri baseUrl)
    {
        var name = Name(host);
        var length = name.Length - baseUrl.IdnHost.Length - 1;
        return length > 0 && name[length] == '.' && name.EndsWith(baseUrl.IdnHost, StringComparison.OrdinalIgnoreCase) ? name[..length] : null;
    }

    private static string Name(string? host)
    {
        if (string.IsNullOrEmpty(host))
        {
            return "";
        }

        var colon = host.LastIndexOf(':');
        return colon < 0 || host.EndsWith(']') ? host : host[..colon];
    }

    private static bool Same(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}

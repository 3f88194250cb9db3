namespace Devex.ServiceDefaults.Hosts;

/// <summary>
/// The part of a host name by which browsers tell sites apart (eTLD+1). Equal registrable domains always have equal last
/// two labels, so without the Public Suffix List at hand those two are a safe, if strict, stand-in.
/// </summary>
internal static class RegistrableDomain
{
    public static string Of(string host, IEnumerable<string> publicSuffixes)
    {
        if (Uri.CheckHostName(host) is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            return host;
        }

        var labels = host.ToLowerInvariant().Split('.');
        var suffixLabels = publicSuffixes
            .Select(suffix => suffix.Trim('.').ToLowerInvariant())
            .Where(suffix => string.Equals(host, suffix, StringComparison.OrdinalIgnoreCase) || host.EndsWith('.' + suffix, StringComparison.OrdinalIgnoreCase))
            .Select(suffix => suffix.Count(character => character == '.') + 1)
            .DefaultIfEmpty(1)
            .Max();
        return string.Join('.', labels.TakeLast(suffixLabels + 1));
    }
}

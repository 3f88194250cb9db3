using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Devex.Contracts.Api;
using Microsoft.Extensions.Options;

namespace Devex.Core.Identity;

/// <summary>Decides who may come in, by <see cref="AuthOptions.Allow"/>.</summary>
internal sealed partial class AllowList
{
    private readonly string[] _entries;

    public AllowList(IOptions<AuthOptions> options)
    {
        _entries = options.Value.Allow;
        var text = string.Join('\n', _entries.Select(entry => entry.ToLowerInvariant()).Order(StringComparer.Ordinal));
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
        AsksForOrganizations = _entries.Any(entry => entry.Contains(':', StringComparison.Ordinal));
    }

    /// <summary>Changes with the list.</summary>
    public string Fingerprint { get; }

    /// <summary>Whether memberships must be read, which needs a wider OAuth scope.</summary>
    public bool AsksForOrganizations { get; }

    public static bool IsEntry(string entry) => Entry().IsMatch(entry);

    /// <summary>Whether somebody whom it admitted at their last sign-in may be here now.</summary>
    public bool Admits(UserRecord user) => user is { SuspendedAt: null, DeletedAt: null } && user.AllowedBy == Fingerprint;

    /// <summary>Whether one of the entries admits the user.</summary>
    /// <param name="user">As the provider says.</param>
    /// <param name="isMember">Asks the provider for <c>org</c>, or <c>org</c> and <c>team</c>.</param>
    public async Task<bool> AdmitsAsync(UserSummary user, Func<string, string?, Task<bool>> isMember)
    {
        if (_entries.Any(entry => entry == "*" || entry == user.Id.ToString() || string.Equals(entry, user.Login, StringComparison.OrdinalIgnoreCase)))
            return true;
        foreach (var entry in _entries)
        {
            if (entry.StartsWith("org:", StringComparison.Ordinal) && await isMember(entry[4..], null))
                return true;
            if (entry.StartsWith("team:", StringComparison.Ordinal) && entry[5..].Split('/') is [var org, var team] && await isMember(org, team))
                return true;
        }
        return false;
    }

    [GeneratedRegex(@"^(\*|[A-Za-z0-9][A-Za-z0-9_-]{0,62}|org:[A-Za-z0-9][A-Za-z0-9-]{0,38}|team:[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9][A-Za-z0-9_.-]{0,99})$", RegexOptions.CultureInvariant)]
    private static partial Regex Entry();
}

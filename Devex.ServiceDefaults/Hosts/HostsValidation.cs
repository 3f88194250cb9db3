using Microsoft.Extensions.Options;

namespace Devex.ServiceDefaults.Hosts;

/// <summary>Refuses, at start and in words, names under which users' programs would be the same site as the IDE.</summary>
internal sealed class HostsValidation : IValidateOptions<HostsOptions>
{
    public ValidateOptionsResult Validate(string? name, HostsOptions options)
    {
        var failures = BaseUrlFailures(nameof(HostsOptions.Web), options.Web)
            .Concat(BaseUrlFailures(nameof(HostsOptions.Repl), options.Repl))
            .Concat(BaseUrlFailures(nameof(HostsOptions.Preview), options.Preview))
            .Concat(BaseUrlFailures(nameof(HostsOptions.Avatars), options.Avatars))
            .ToList();
        if (failures.Count == 0)
        {
            failures.AddRange(SiteFailures(options, nameof(HostsOptions.Repl), options.Repl));
            failures.AddRange(SiteFailures(options, nameof(HostsOptions.Preview), options.Preview));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> BaseUrlFailures(string setting, Uri? url)
    {
        if (url is not { IsAbsoluteUri: true } || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url.PathAndQuery != "/" || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            yield return $"Hosts:{setting} is '{url}'; it must be an absolute http or https URL of scheme, host and port alone, such as https://devex.example.";
        }
        else if (setting is nameof(HostsOptions.Repl) or nameof(HostsOptions.Preview) && url.HostNameType != UriHostNameType.Dns)
        {
            yield return $"Hosts:{setting} is '{url}'; every REPL gets a name below it, so its host must be a DNS name, not an address.";
        }
    }

    private static IEnumerable<string> SiteFailures(HostsOptions options, string setting, Uri url)
    {
        var web = RegistrableDomain.Of(options.Web.IdnHost, options.PublicSuffixes);
        var theirs = RegistrableDomain.Of("x." + url.IdnHost, options.PublicSuffixes);
        if (string.Equals(web, theirs, StringComparison.OrdinalIgnoreCase))
        {
            yield return $"Hosts:{setting} and Hosts:Web share the registrable domain '{web}', so users' programs would be the same site as the IDE "
                + "and could set its cookies. Use another domain; if that name is a public suffix, list it in Hosts:PublicSuffixes.";
        }
    }
}

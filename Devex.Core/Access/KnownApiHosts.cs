using Devex.ServiceDefaults.Hosts;

namespace Devex.Core.Access;

internal static class KnownApiHosts
{
    /// <summary>The API answers for Web's name, under which browsers come, and for internal names.</summary>
    public static IApplicationBuilder UseKnownApiHosts(this IApplicationBuilder app) =>
        app.UseKnownHosts(static (hosts, host) => hosts.IsWeb(host) || hosts.IsInternal(host));
}

using Devex.ServiceDefaults.Hosts;
using Devex.Web.Security;
using Xunit;

namespace Devex.Web.Tests;

public sealed class SecurityTests
{
    [Theory]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://localhost:8081", false)]
    [InlineData("http://LOCALHOST:8080", false)]
    [InlineData("https://localhost:8080", false)]
    [InlineData("http://abcdefghjkmn.repl.localhost:8081", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_circuit_opens_from_our_own_pages_only(string? origin, bool allowed) =>
        Assert.Equal(allowed, CircuitOrigin.IsAllowed(origin, "http://localhost:8080"));

    [Fact]
    public void The_policy_names_our_own_hosts_and_lets_no_inline_script_run()
    {
        var policy = ContentSecurityPolicy.Build(new HostsOptions(), "bm9uY2U=").Split("; ");
        Assert.Contains("script-src 'self' 'nonce-bm9uY2U='", policy);
        Assert.Contains("connect-src 'self' ws://localhost:8080 http://*.repl.localhost:8081 ws://*.repl.localhost:8081", policy);
        Assert.Contains("frame-src http://*.preview.localhost:8081", policy);
        Assert.Contains("form-action 'self' http://*.preview.localhost:8081", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain(policy, directive => directive.StartsWith("script-src", StringComparison.Ordinal) && directive.Contains("unsafe", StringComparison.Ordinal));
    }
}

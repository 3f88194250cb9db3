using Devex.ServiceDefaults.Hosts;

namespace Devex.Hosting.Tests.ServiceDefaults;

public sealed class HostsTests
{
    private const string Id = "0123456789ab";
    private static readonly HostsOptions Local = new();

    private static readonly HostsOptions Cluster = new()
    {
        Web = new("https://devex.example"),
        Repl = new("https://repl.devex-users.example"),
        Preview = new("https://preview.devex-users.example"),
        Internal = ["core"],
    };

    [Fact]
    public void Every_repl_and_every_previewed_port_has_an_origin_of_its_own()
    {
        Assert.Equal("http://0123456789ab.repl.localhost:8081", Local.ReplOrigin(Id));
        Assert.Equal("http://3000-0123456789ab.preview.localhost:8081", Local.PreviewOrigin(Id, 3000));
        Assert.Equal("https://0123456789ab.repl.devex-users.example", Cluster.ReplOrigin(Id));
        Assert.Equal("https://devex.example", Cluster.WebOrigin);
    }

    [Theory]
    [InlineData("0123456789ab.repl.localhost")]
    [InlineData("0123456789ab.repl.localhost:8081")]
    [InlineData("0123456789ab.REPL.localhost:1")]
    public void A_runner_host_names_its_repl(string host)
    {
        Assert.True(Local.TryParseRepl(host, out var id));
        Assert.Equal(Id, id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("repl.localhost")]
    [InlineData(".repl.localhost")]
    [InlineData("0123456789AB.repl.localhost")]
    [InlineData("0123456789a.repl.localhost")]
    [InlineData("0123456789abc.repl.localhost")]
    [InlineData("0123456789ab.repl.localhost.")]
    [InlineData("0123456789ab.repl.localhost.evil.example")]
    [InlineData("0123456789abrepl.localhost")]
    [InlineData("x.0123456789ab.repl.localhost")]
    [InlineData("3000-0123456789ab.repl.localhost")]
    [InlineData("0123456789ab.preview.localhost")]
    [InlineData("[::1]:8081")]
    [InlineData("٠123456789ab.repl.localhost")]
    public void What_is_no_runner_host_names_no_repl(string? host) => Assert.False(Local.TryParseRepl(host, out _));

    [Theory]
    [InlineData("1", 1)]
    [InlineData("3000", 3000)]
    [InlineData("65535", 65535)]
    public void A_preview_host_names_port_and_repl(string text, int expected)
    {
        Assert.True(Local.TryParsePreview($"{text}-{Id}.preview.localhost:8081", out var id, out var port));
        Assert.Equal((Id, expected), (id, port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+80")]
    [InlineData(" 80")]
    [InlineData("080")]
    [InlineData("65536")]
    [InlineData("4294967376")]
    [InlineData("0x50")]
    [InlineData("80@evil")]
    [InlineData("8080.evil.tld")]
    [InlineData("%2f")]
    [InlineData("٨٠")]
    [InlineData("8０")]
    public void A_port_in_any_other_spelling_names_no_preview(string text)
    {
        Assert.False(Local.TryParsePreview($"{text}-{Id}.preview.localhost:8081", out var id, out var port));
        Assert.Equal((null, 0), (id, port));
    }

    [Fact]
    public void Known_names_are_compared_without_port_and_case()
    {
        Assert.True(Local.IsWeb("LOCALHOST:9"));
        Assert.False(Local.IsWeb("localhost.evil.example"));
        Assert.False(Local.IsWeb(null));
        Assert.True(Cluster.IsInternal("core:8080"));
        Assert.False(Cluster.IsInternal("core.evil.example"));
    }

    [Fact]
    public void Local_and_separate_domains_are_accepted()
    {
        Assert.True(new HostsValidation().Validate(null, Local).Succeeded);
        Assert.True(new HostsValidation().Validate(null, Cluster).Succeeded);
    }

    [Theory]
    [InlineData("https://devex.example", "https://repl.devex.example")]
    [InlineData("https://app.devex.example", "https://devex.example")]
    [InlineData("https://a.co.uk", "https://b.co.uk")]
    public void Runners_on_the_site_of_Web_are_refused(string web, string repl)
    {
        var result = new HostsValidation().Validate(null, Local with { Web = new(web), Repl = new(repl) });
        Assert.Contains("registrable domain", result.FailureMessage);
    }

    [Fact]
    public void An_entry_in_the_public_suffix_list_makes_sites_differ()
    {
        var options = Local with { Web = new("https://devex.example"), Repl = new("https://repl.devex.example"), PublicSuffixes = ["repl.devex.example"] };
        Assert.True(new HostsValidation().Validate(null, options).Succeeded);
        Assert.True(new HostsValidation().Validate(null, Local with { Web = new("https://a.co.uk"), Repl = new("https://b.co.uk"), PublicSuffixes = ["co.uk"] }).Succeeded);
    }

    [Theory]
    [InlineData("devex")]
    [InlineData("ftp://devex.example")]
    [InlineData("https://devex.example/path")]
    [InlineData("https://user@devex.example")]
    public void A_base_that_is_more_or_less_than_an_origin_is_refused(string url)
    {
        var result = new HostsValidation().Validate(null, Local with { Web = new(url, UriKind.RelativeOrAbsolute) });
        Assert.Contains("Hosts:Web", result.FailureMessage);
        Assert.Contains("Hosts:Avatars", new HostsValidation().Validate(null, Local with { Avatars = new(url, UriKind.RelativeOrAbsolute) }).FailureMessage);
    }
}

using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;
using Xunit;

namespace Devex.Core.Tests.Identity;

public sealed class AuthOptionsTests
{
    [Fact]
    public void Outside_development_Core_does_not_start_without_an_allow_list()
    {
        var result = Validate("Production", ("Auth:GitHub:ClientId", "id"), ("Auth:GitHub:ClientSecret", "secret"));
        Assert.Contains("Auth:Allow is empty", result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Outside_development_Core_does_not_start_without_a_way_to_sign_in() =>
        Assert.Contains("no other way to sign in", Validate("Production", ("Auth:Allow", "*")).FailureMessage, StringComparison.Ordinal);

    [Fact]
    public void Development_needs_neither() => Assert.True(Validate("Development").Succeeded);

    [Fact]
    public void Operators_are_named_by_id() =>
        Assert.Contains("user id such as github-583231", Validate("Development", ("Auth:Operators", "octocat")).FailureMessage, StringComparison.Ordinal);

    [Theory]
    [InlineData("everybody!")]
    [InlineData("org:")]
    [InlineData("team:acme")]
    [InlineData("user:ada")]
    public void What_is_no_entry_is_refused(string entry) => Assert.True(Validate("Development", ("Auth:Allow", entry)).Failed);

    [Fact]
    public void Plain_http_is_for_test_doubles_only() => Assert.True(Validate(
        "Production", ("Auth:Allow", "*"), ("Auth:GitHub:ClientId", "id"), ("Auth:GitHub:ClientSecret", "secret"),
        ("Auth:GitHub:TokenEndpoint", "http://github.example/token")).Failed);

    [Theory]
    [InlineData("octocat", true)]
    [InlineData("OctoCat", true)]
    [InlineData("github-583231", true)]
    [InlineData("github-58323", false)]
    [InlineData("octo", false)]
    [InlineData("*", true)]
    [InlineData("org:acme", true)]
    [InlineData("org:other", false)]
    [InlineData("team:acme/tools", true)]
    [InlineData("team:acme/others", false)]
    [InlineData("someone, org:acme", true)]
    public async Task The_allow_list_admits_by_login_id_organisation_and_team(string entries, bool admitted)
    {
        var list = new AllowList(Options.Create(Bind(("Auth:Allow", entries))));
        var user = new UserSummary(UserId.GitHub(583231), "octocat", "Octo Cat", null);
        Assert.Equal(admitted, await list.AdmitsAsync(user, (org, team) => Task.FromResult((org, team) is ("acme", null) or ("acme", "tools"))));
    }

    [Fact]
    public void The_fingerprint_changes_with_the_list_and_not_with_its_order()
    {
        string Of(string entries) => new AllowList(Options.Create(Bind(("Auth:Allow", entries)))).Fingerprint;
        Assert.Equal(Of("a,b"), Of("b, a"));
        Assert.NotEqual(Of("a,b"), Of("a"));
    }

    private static AuthOptions Bind(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        var options = new AuthOptions();
        new AuthOptionsBinding(configuration).Configure(options);
        return options;
    }

    private static ValidateOptionsResult Validate(string environment, params (string Key, string Value)[] settings) =>
        new AuthOptionsValidation(new HostingEnvironment { EnvironmentName = environment }).Validate(null, Bind(settings));
}

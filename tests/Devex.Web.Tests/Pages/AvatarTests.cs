using Bunit;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.ServiceDefaults.Hosts;
using Devex.Web.Layout;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Devex.Web.Tests.Pages;

public sealed class AvatarTests
{
    [Theory]
    [InlineData("https://avatars.githubusercontent.com/u/1?v=4", "https://avatars.githubusercontent.com/u/1?v=4")]
    [InlineData("https://avatars.githubusercontent.com/u/1\")}x", "https://avatars.githubusercontent.com/u/1%22)%7Dx")]
    [InlineData("https://ghe.example/avatars/1", null)]
    [InlineData("http://avatars.githubusercontent.com/u/1", null)]
    [InlineData("/u/1", null)]
    [InlineData(null, null)]
    public async Task A_picture_is_shown_from_where_pictures_may_come_and_lies_over_the_first_letter(string? given, string? shown)
    {
        await using var context = Context(new HostsOptions());
        var avatar = context.Render<Avatar>(parameters => parameters.Add(avatar => avatar.User, new UserSummary(UserId.GitHub(1), "ada", "ada", given))).Find(".dx-avatar");
        Assert.Equal("A", avatar.TextContent.Trim());
        Assert.Equal("ada", avatar.GetAttribute("aria-label"));
        Assert.Equal(shown is null ? null : $"background-image: url(\"{shown}\")", avatar.QuerySelector(".dx-avatar-picture")?.GetAttribute("style"));
    }

    [Fact]
    public async Task A_GitHub_of_ones_own_may_have_the_pictures()
    {
        await using var context = Context(new HostsOptions { Avatars = new("https://ghe.example") });
        var avatar = context.Render<Avatar>(parameters => parameters.Add(avatar => avatar.User, new UserSummary(UserId.GitHub(1), "ada", "Ada", "https://ghe.example/avatars/1")));
        Assert.Equal("background-image: url(\"https://ghe.example/avatars/1\")", avatar.Find(".dx-avatar-picture").GetAttribute("style"));
    }

    [Fact]
    public async Task A_name_that_begins_with_a_picture_keeps_it_whole()
    {
        await using var context = Context(new HostsOptions());
        var avatar = context.Render<Avatar>(parameters => parameters.Add(avatar => avatar.User, new UserSummary(UserId.GitHub(1), "fox", "🦊 Fox", null)));
        Assert.Equal("🦊", avatar.Find(".dx-avatar").TextContent.Trim());
    }

    private static BunitContext Context(HostsOptions hosts)
    {
        var context = new BunitContext();
        context.Services.AddSingleton(Options.Create(hosts));
        return context;
    }
}

using System.Reflection;
using Devex.Web.Joining;
using Devex.Web.Layout;
using Devex.Web.SignIn;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Xunit;

namespace Devex.Web.Tests;

/// <summary>Every page and who may see it. A page that is added says so itself, or this fails.</summary>
public sealed class PageAccessTests
{
    private static readonly Dictionary<Type, string> Anonymous = new()
    {
        [typeof(SignInPage)] = "Nobody is signed in yet.",
        [typeof(JoinPage)] = "What a link gives is behind the #, which no server sees: its script asks Core, which asks who is there.",
        [typeof(NotFound)] = "It says the same of what is not there and of what is somebody else's.",
    };

    [Fact]
    public void Every_page_asks_who_is_there_but_those_that_say_why_not()
    {
        var pages = typeof(SignInPage).Assembly.GetTypes().Where(type => type.GetCustomAttributes<RouteAttribute>().Any()).ToList();
        Assert.InRange(pages.Count, 8, 100);
        foreach (var page in pages)
        {
            Assert.Equal(Anonymous.ContainsKey(page), page.IsDefined(typeof(AllowAnonymousAttribute)));
            Assert.NotEqual(Anonymous.ContainsKey(page), page.IsDefined(typeof(AuthorizeAttribute)));
        }
    }
}

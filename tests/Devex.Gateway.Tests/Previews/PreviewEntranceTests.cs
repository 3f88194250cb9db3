using System.Net;
using Devex.Gateway.Tests.Fixtures;
using Xunit;

namespace Devex.Gateway.Tests.Previews;

/// <summary>The way into a private preview, with real codes of a real Core.</summary>
[Trait("Tier", "integration")]
public sealed class PreviewEntranceTests(Stack stack)
{
    [Fact]
    public async Task A_code_becomes_a_cookie_that_lives_in_a_frame_of_the_ide_and_leads_to_the_path_asked_for()
    {
        var (_, ada, _) = await stack.StartAsync();
        using var entered = await ada.EnterAsync((await ada.CodeAsync()).Code, "/page?x=1");
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
        Assert.Equal("/page?x=1", entered.Headers.Location!.OriginalString);
        Assert.Equal("no-store", entered.Headers.CacheControl!.ToString());
        var cookie = Assert.Single(entered.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^__Host-devex-preview=[^;]+; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Expires=[^;]+ GMT$", cookie);
    }

    [Fact]
    public async Task A_code_works_once()
    {
        var (_, ada, _) = await stack.StartAsync();
        var code = (await ada.CodeAsync()).Code;
        using var first = await ada.EnterAsync(code);
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        using var second = await ada.EnterAsync(code);
        Assert.Equal(HttpStatusCode.Forbidden, second.StatusCode);
        Assert.False(second.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_code_opens_its_own_preview_alone()
    {
        var (client, ada, alan) = await stack.StartAsync();
        foreach (var elsewhere in (string[])[client.PreviewOrigin(ada.Id, 3001), alan.Preview])
        {
            using var refused = await ada.EnterAsync((await ada.CodeAsync()).Code, origin: elsewhere);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
    }

    [Fact]
    public async Task A_cookie_opens_its_own_preview_alone()
    {
        var (client, ada, alan) = await stack.StartAsync();
        var cookie = await ada.SignInAsync();
        using var own = await client.GetAsync(ada.Preview, cookie);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        foreach (var elsewhere in (string[])[client.PreviewOrigin(ada.Id, 3001), alan.Preview])
        {
            using var refused = await client.GetAsync(elsewhere, cookie);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        using var forged = await client.GetAsync(ada.Preview, cookie[..^4] + "AAAA");
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task Only_a_form_that_is_posted_enters(string method)
    {
        var (client, ada, _) = await stack.StartAsync();
        var code = (await ada.CodeAsync()).Code;
        using var answer = await client.SendAsync(new HttpMethod(method), $"{ada.Preview}/.devex/enter?code={code}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_stranger_is_led_to_web_by_a_navigation_and_told_401_otherwise()
    {
        var (client, ada, _) = await stack.StartAsync();
        using var page = await client.GetAsync(ada.Preview + "/a/b?c=d", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: none");
        Assert.Equal(HttpStatusCode.Found, page.StatusCode);
        Assert.Equal($"{client.WebOrigin}/preview/{ada.Id}/3000?path=%2Fa%2Fb%3Fc%3Dd", page.Headers.Location!.OriginalString);
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Post, HttpMethod.Options, HttpMethod.Delete])
        {
            using var refused = await client.SendAsync(method, ada.Preview, null, "Sec-Fetch-Mode: cors", "Sec-Fetch-Site: same-origin");
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        var (socket, status) = await client.ConnectAsync(ada.Preview, $"Origin: {ada.Preview}");
        socket?.Dispose();
        Assert.Equal(HttpStatusCode.Unauthorized, status);
    }
}

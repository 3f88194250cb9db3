using Devex.Contracts.Api;
using Devex.Web.Gallery;
using Xunit;

namespace Devex.Web.Tests;

public sealed class TemplateSearchTests
{
    private static readonly Template[] Templates =
    [
        new("node", "Node.js", "A web server.", "/n.svg", null, null, ["javascript"], []),
        new("python", "Python", "A script.", "/p.svg", null, null, ["data"], []),
    ];

    [Theory]
    [InlineData("", "node,python")]
    [InlineData("  NODE ", "node")]
    [InlineData("javascript web", "node")]
    [InlineData("web data", "")]
    [InlineData("script", "node,python")]
    public void Every_word_must_be_found_somewhere(string text, string keys) =>
        Assert.Equal(keys, string.Join(',', TemplateSearch.In(Templates, text).Select(template => template.Key)));
}

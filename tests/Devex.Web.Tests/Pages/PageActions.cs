using AngleSharp.Dom;
using Bunit;
using Bunit.Rendering;

namespace Devex.Web.Tests.Pages;

/// <summary>What Ada does, on the page's own thread: were it rendered between the look for an element and its event, the element would be nobody's.</summary>
internal static class PageActions
{
    public static Task ClickAsync(this IRenderedComponent<ContainerFragment> page, string css) => page.ClickAsync(() => page.Find(css));

    public static Task ClickAsync(this IRenderedComponent<ContainerFragment> page, Func<IElement> find) => page.InvokeAsync(() => find().ClickAsync(new()));

    public static Task TypeAsync(this IRenderedComponent<ContainerFragment> page, string css, string text) => page.InvokeAsync(() => page.Find(css).InputAsync(text));

    public static Task SubmitAsync(this IRenderedComponent<ContainerFragment> page, string css) => page.InvokeAsync(() => page.Find(css).SubmitAsync());
}

using System.Net;
using System.Net.Http.Json;
using Devex.Contracts.Api;
using Devex.Core.Templates;
using Devex.Core.Tests.Snapshots.Fixtures;
using Devex.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Devex.Core.Tests.Templates;

[Trait("Tier", "integration")]
public sealed class TemplateTests(SnapshotStack stack) : IClassFixture<SnapshotStack>
{
    [Fact]
    public async Task The_gallery_lists_what_folders_there_are_and_which_tools_are_missing()
    {
        using var client = new HttpClient { BaseAddress = new Uri(SnapshotStack.UrlOf(stack.Core)) };
        var list = await client.GetFromJsonAsync("/api/templates", ApiJson.Default.TemplateList);

        var tiny = Assert.Single(list!.Templates);
        Assert.Equal("Tiny", tiny.Name);
        Assert.Equal(["no-such-tool"], tiny.Missing);
        using var icon = await client.GetAsync(new Uri(tiny.IconUrl, UriKind.Relative));
        Assert.Equal("image/svg+xml", icon.Content.Headers.ContentType!.MediaType);
        Assert.Contains("sandbox", icon.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("..%2f..%2fetc")]
    public async Task An_icon_of_no_template_is_not_found(string key)
    {
        using var client = new HttpClient();
        using var icon = await client.GetAsync(new Uri($"{SnapshotStack.UrlOf(stack.Core)}/api/templates/{key}/icon"));
        Assert.Equal(HttpStatusCode.NotFound, icon.StatusCode);
    }

    [Fact]
    public async Task Another_replica_finds_the_template_in_s3_and_writes_nothing()
    {
        await stack.CreateReplAsync();
        stack.Proxy.Requests.Clear();
        var other = await stack.StartCoreAsync();
        await other.Services.GetRequiredService<TemplateSnapshots>().GetAsync("tiny", CancellationToken.None);

        Assert.DoesNotContain(stack.Proxy.Requests, request => request.Method == "PUT" && request.Path.Contains("/templates/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{ "name": "x", "description": "y", "icon": "../../etc/passwd" }""")]
    [InlineData("""{ "name": "x", "description": "y", "icon": "none.svg" }""")]
    [InlineData("""{ "description": "y", "icon": "icon.svg" }""")]
    [InlineData("""{ "name": "x", "description": "y", "icon": "icon.svg", "environment": { "LD_PRELOAD": "/tmp/x.so" } }""")]
    [InlineData("""{ "name": "x", "description": "y", "icon": "icon.svg", "environment": { "EMPTY": null } }""")]
    public void A_template_that_is_not_sound_is_named(string json)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["broken"]);
        File.WriteAllText(folder["broken/icon.svg"], "<svg/>");
        File.WriteAllText(folder["broken/template.json"], json);

        var e = Assert.Throws<InvalidDataException>(() => new TemplateCatalogue(Options.Create(new TemplateOptions { Folder = folder.Path })));
        Assert.Contains("broken", e.Message, StringComparison.Ordinal);
    }
}

using System.Text.Json;
using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using Xunit;

namespace Devex.Core.Tests.OpenApi;

[Trait("Tier", "integration")]
public sealed class DocumentTests(Stores stores)
{
    /// <summary>Set to 1 to write docs/openapi.json instead of comparing it.</summary>
    private const string Rewrite = "DEVEX_WRITE_OPENAPI";

    [Fact]
    public async Task The_document_in_docs_is_what_Core_serves()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "openapi");
        using var client = core.Client();
        var json = (await client.GetStringAsync("/openapi/v1.json")).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var path = Path.Combine(BuiltProgram.RepositoryRoot, "docs", "openapi.json");
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
            await File.WriteAllTextAsync(path, json);
        var kept = File.Exists(path) ? await File.ReadAllTextAsync(path) : "";
        Assert.True(kept == json, $"docs/openapi.json is not what Core serves. Run this test with {Rewrite}=1 and commit what it writes.");
        using var document = JsonDocument.Parse(json);
        foreach (var route in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            Assert.All(route.Value.EnumerateObject(), operation =>
            {
                Assert.NotEmpty(operation.Value.GetProperty("operationId").GetString()!);
                Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!);
                Assert.NotEqual(0, operation.Value.GetProperty("tags").GetArrayLength());
            });
        }
    }
}

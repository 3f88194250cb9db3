using Devex.Core.Templates;
using Devex.Testing;
using Microsoft.Extensions.Options;
using Xunit;

namespace Devex.Core.Tests.Templates;

/// <summary>The templates of this repository: each folder is complete and small.</summary>
public sealed class ShippedTemplatesTests
{
    private const long MaximumBytes = 8 * 1024 * 1024;

    private static readonly string Folder = Path.Combine(BuiltProgram.RepositoryRoot, "templates");

    public static TheoryData<string> Keys =>
        [.. Directory.EnumerateDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_template_is_complete_and_small(string key)
    {
        var template = Find(key);
        Assert.NotEmpty(template.Description);
        Assert.True(File.Exists(Path.Combine(template.Folder, template.Icon)), "The icon is missing.");
        Assert.Contains("USER 1000", File.ReadAllText(Path.Combine(template.Folder, "Dockerfile")), StringComparison.Ordinal);
        var workspace = Path.Combine(template.Folder, "workspace");
        Assert.True(File.Exists(Path.Combine(workspace, template.DefaultFile ?? "")), $"There is no {template.DefaultFile} to open first.");
        Assert.True(new DirectoryInfo(workspace).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) < MaximumBytes);
    }

    private static TemplateManifest Find(string key) =>
        new TemplateCatalogue(Options.Create(new TemplateOptions { Folder = Folder })).Find(key)
            ?? throw new InvalidOperationException($"templates/{key} has no template.json.");
}

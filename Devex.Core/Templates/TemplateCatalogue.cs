using Microsoft.Extensions.Options;

namespace Devex.Core.Templates;

internal sealed class TemplateCatalogue : ITemplates
{
    private readonly Dictionary<string, TemplateManifest> _byKey;

    public TemplateCatalogue(IOptions<TemplateOptions> options)
    {
        var folder = Path.GetFullPath(options.Value.Folder);
        if (!Directory.Exists(folder))
            throw new InvalidOperationException($"Templates:Folder names '{folder}', which does not exist.");
        All =
        [
            .. Directory.EnumerateDirectories(folder)
                .Where(template => File.Exists(Path.Combine(template, "template.json")))
                .Select(TemplateManifestFile.Read)
                .OrderBy(template => template.Order).ThenBy(template => template.Key, StringComparer.Ordinal),
        ];
        _byKey = All.ToDictionary(template => template.Key);
    }

    public IReadOnlyList<TemplateManifest> All { get; }

    public TemplateManifest? Find(string key) => _byKey.GetValueOrDefault(key);
}

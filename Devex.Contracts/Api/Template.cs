namespace Devex.Contracts.Api;

/// <summary>A template as shown in the gallery.</summary>
/// <param name="Key">Folder name under <c>templates/</c>.</param>
/// <param name="Name">Display name.</param>
/// <param name="Description">One sentence.</param>
/// <param name="IconUrl">Address of its SVG logo.</param>
/// <param name="RunCommand">What the run button runs.</param>
/// <param name="DefaultFile">Opened first.</param>
/// <param name="Tags">Words for search.</param>
/// <param name="Missing">Tools that this machine lacks to run it (Process runtime); empty when all is there.</param>
public sealed record Template(
    string Key, string Name, string Description, string IconUrl, string? RunCommand, string? DefaultFile,
    IReadOnlyList<string> Tags, IReadOnlyList<string> Missing);

/// <summary>All templates, in the order of the gallery.</summary>
public sealed record TemplateList(IReadOnlyList<Template> Templates);

using Devex.Contracts.Control;

namespace Devex.Core.Templates;

/// <summary>The templates of <c>Templates:Folder</c>, read at start.</summary>
internal interface ITemplates
{
    /// <summary>All, in the order of the gallery.</summary>
    IReadOnlyList<TemplateManifest> All { get; }

    /// <summary>One by key; null when there is none.</summary>
    TemplateManifest? Find(string key);
}

/// <summary><c>template.json</c> with its folder.</summary>
/// <param name="Key">Folder name.</param>
/// <param name="Folder">Absolute path of the template's folder.</param>
/// <param name="Name">Display name.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Icon">File name of an SVG in the folder.</param>
/// <param name="Order">Place in the gallery.</param>
/// <param name="Image">Session image of the Kubernetes runtime.</param>
/// <param name="RunCommand">What the run button runs, by <c>/bin/bash -lc</c> in the workspace.</param>
/// <param name="DefaultFile">Opened first.</param>
/// <param name="Ports">Ports that its program listens on.</param>
/// <param name="Tools">Commands that the Process runtime must find on PATH, e.g. <c>node</c>.</param>
/// <param name="Tags">Words for search.</param>
/// <param name="Excludes">Patterns below home or workspace that snapshots leave out.</param>
internal sealed record TemplateManifest(
    string Key, string Folder, string Name, string Description, string Icon, int Order, string Image, string? RunCommand, string? DefaultFile,
    IReadOnlyList<int> Ports, IReadOnlyList<string> Tools, IReadOnlyList<string> Tags, IReadOnlyList<string> Excludes)
{
    /// <summary>Names in the root of other people's repositories that tell that they are for this template, with <c>*</c> for any characters; <c>*</c> alone takes what no other template knows.</summary>
    public IReadOnlyList<string> Detects { get; init; } = [];

    /// <summary>Variables of its sessions' programs; those of the owner and of the REPL go over them.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Language servers, started in a session when somebody first opens one of their files.</summary>
    public IReadOnlyList<LanguageServerSpec> LanguageServers { get; init; } = [];
}

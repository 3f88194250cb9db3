namespace Devex.Core.Templates;

/// <summary>Section <c>Templates</c>.</summary>
internal sealed class TemplateOptions
{
    /// <summary>Folder with one folder per template. Relative paths count from the program's working directory.</summary>
    public string Folder { get; set; } = "templates";
}

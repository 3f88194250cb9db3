using Devex.Core.Errors;
using Devex.Core.Templates;

namespace Devex.Core.Repls;

/// <summary>Parses the fields of requests; what is wrong is said with the field's name.</summary>
internal static class ReplFields
{
    public const int MaxRunCommand = 1000;

    private const int MaxTemplateKey = 64;

    /// <summary>Null stays null: no name was given.</summary>
    public static ReplName? Name(string? text) =>
        text is null ? null : ReplName.TryParse(text, out var name, out var problem) ? name : throw ApiProblem.Invalid("name", "repl.name", problem);

    public static TemplateManifest Template(string? key, ITemplates templates) =>
        key is { Length: > 0 and <= MaxTemplateKey } && templates.Find(key) is { } template
            ? template
            : throw ApiProblem.Invalid("template", "template.unknown", "There is no such template. GET /api/templates lists those there are.");

    /// <summary>Null stays null; the empty command asks for the template's.</summary>
    public static string? RunCommand(string? text)
    {
        var command = text?.Trim();
        if (command is { Length: > MaxRunCommand })
            throw ApiProblem.Invalid("runCommand", "repl.runCommand", $"The command has {command.Length} characters; at most {MaxRunCommand} are allowed.");
        if (command?.Any(char.IsControl) == true)
            throw ApiProblem.Invalid("runCommand", "repl.runCommand", "The command must be one line without control characters.");
        return command;
    }
}

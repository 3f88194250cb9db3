using System.IO.Enumeration;
using Devex.Core.Templates;

namespace Devex.Core.Imports.Git;

/// <summary>Which template a repository is for, by the names in its root.</summary>
internal static class TemplateGuess
{
    private const string Anything = "*";

    /// <summary>The first of the gallery that knows a name; else the one that takes anything, else the first.</summary>
    public static string Of(IReadOnlyCollection<string> names, IReadOnlyList<TemplateManifest> templates)
    {
        bool Knows(TemplateManifest template) => template.Detects
            .Any(pattern => pattern != Anything && names.Any(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)));
        return (templates.FirstOrDefault(Knows) ?? templates.FirstOrDefault(template => template.Detects.Contains(Anything)) ?? templates[0]).Key;
    }
}

using Devex.Contracts.Api;

namespace Devex.Web.Gallery;

/// <summary>Finds templates by words in name, description, key and tags.</summary>
internal static class TemplateSearch
{
    /// <summary>Templates that have every word of <paramref name="text"/>, in the gallery's order.</summary>
    public static IEnumerable<Template> In(IEnumerable<Template> templates, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return templates.Where(template => words.All(word => Has(template, word)));
    }

    private static bool Has(Template template, string word) =>
        Contains(template.Name, word) || Contains(template.Key, word) || Contains(template.Description, word) || template.Tags.Any(tag => Contains(tag, word));

    private static bool Contains(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}

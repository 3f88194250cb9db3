namespace Devex.Hosting.References;

internal static class VariableName
{
    /// <summary>The name with everything but letters, digits and <c>_</c> replaced by <c>_</c>; a leading digit gets one before it.</summary>
    public static string Of(string name)
    {
        var text = string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
        return text.Length > 0 && char.IsAsciiDigit(text[0]) ? "_" + text : text;
    }
}

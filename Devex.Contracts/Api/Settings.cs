using System.Text.Json.Serialization;

namespace Devex.Contracts.Api;

/// <summary>How a person likes the workbench; the same on all their machines.</summary>
/// <param name="FontSize">Of code and terminals, 9 to 32 px.</param>
/// <param name="TabSize">Width of a tab and of a step of indentation, 1 to 8; null for what each file does.</param>
/// <param name="Wrap">Whether long lines are wrapped.</param>
/// <param name="Guides">Whether lines show the levels of indentation.</param>
/// <param name="Keys">The editor's keys.</param>
/// <param name="Theme">Dark or light; null for what each browser was last told.</param>
/// <param name="FormatOnSave">Whether saving also formats the file, where its language's server can.</param>
public sealed record UserSettings(
    int FontSize = 13, int? TabSize = null, bool Wrap = false, bool Guides = true, EditorKeys Keys = EditorKeys.Code, ThemeChoice? Theme = null, bool FormatOnSave = false);

/// <summary>Keys as another editor has them.</summary>
public enum EditorKeys
{
    /// <summary>As in VS Code.</summary>
    [JsonStringEnumMemberName("code")] Code,

    /// <summary>As in vim.</summary>
    [JsonStringEnumMemberName("vim")] Vim,

    /// <summary>As in emacs.</summary>
    [JsonStringEnumMemberName("emacs")] Emacs,
}

/// <summary>The theme of a person on all their machines.</summary>
public enum ThemeChoice
{
    /// <summary>Light text on dark.</summary>
    [JsonStringEnumMemberName("dark")] Dark,

    /// <summary>Dark text on light.</summary>
    [JsonStringEnumMemberName("light")] Light,

    /// <summary>As each machine's system has it.</summary>
    [JsonStringEnumMemberName("system")] System,
}

using System.Text.Json.Serialization;

namespace Devex.Contracts.Protocol;

/// <summary>Answer of <c>languages.list</c>.</summary>
/// <param name="Root">The workspace as language servers name it, a file URI without a slash at the end.</param>
/// <param name="Servers">What the template declares.</param>
public sealed record LanguageList(string Root, IReadOnlyList<LanguageServerInfo> Servers);

/// <summary>One language server; also the notification <c>languages.changed</c>.</summary>
/// <param name="Id">Names it in <c>/lsp/{id}</c>.</param>
/// <param name="Name">For people.</param>
/// <param name="Languages">File suffixes with their dot, or whole file names, and the language id of each.</param>
/// <param name="State">What it does now.</param>
/// <param name="Message">Why it does not run, for people.</param>
/// <param name="Package">Which set of packages would bring it; null when it cannot be fetched.</param>
public sealed record LanguageServerInfo(
    string Id, string Name, IReadOnlyDictionary<string, string> Languages, LanguageServerState State, string? Message = null, string? Package = null);

/// <summary>Names one language server.</summary>
public sealed record LanguageParams(string Id);

/// <summary>What a language server does.</summary>
public enum LanguageServerState
{
    /// <summary>Nobody has asked for it yet, or not for a while.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,

    [JsonStringEnumMemberName("starting")] Starting,

    [JsonStringEnumMemberName("running")] Running,

    /// <summary>It crashed and starts again soon.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>It crashed again and again; <c>languages.restart</c> tries once more.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Its program is not installed.</summary>
    [JsonStringEnumMemberName("missing")] Missing,
}

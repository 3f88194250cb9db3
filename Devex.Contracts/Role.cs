using System.Text.Json.Serialization;

namespace Devex.Contracts;

/// <summary>What a person may do in a REPL; each role includes those before it.</summary>
public enum Role
{
    /// <summary>Reads files, watches editors and terminals. Sees no environment value.</summary>
    [JsonStringEnumMemberName("viewer")] Viewer = 1,

    /// <summary>Writes files, types in terminals, runs programs, and so can read the environment.</summary>
    [JsonStringEnumMemberName("editor")] Editor = 2,

    /// <summary>Everything, with rename, share, and delete.</summary>
    [JsonStringEnumMemberName("owner")] Owner = 3,
}

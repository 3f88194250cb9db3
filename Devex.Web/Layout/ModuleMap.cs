using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;

namespace Devex.Web.Layout;

/// <summary>Where modules are found: the names of their files have their content's hash in them.</summary>
internal static class ModuleMap
{
    private static readonly ConditionalWeakTable<ImportMapDefinition, ImportMapDefinition> Lean = [];

    /// <summary>
    /// The import map of a page, without the hash of each module once more: it is most of what a page weighs, says of our own host what the names say already, and has a browser fetch
    /// a module twice that was preloaded without it.
    /// </summary>
    public static ImportMapDefinition? Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ImportMapDefinition>() is { } full
            ? Lean.GetValue(full, static full => new ImportMapDefinition(full.Imports, full.Scopes, null))
            : null;
}

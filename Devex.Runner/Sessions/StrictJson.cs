using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Devex.Runner.Sessions;

/// <summary>
/// Reading what clients send: records are taken only when every member that is neither nullable nor optional is there, so that no
/// handler meets a null that its type rules out. Members that nobody knows are ignored, for newer clients.
/// </summary>
internal static class StrictJson
{
    /// <summary>Deepest nesting taken.</summary>
    public const int MaxDepth = 32;

    private static readonly ConcurrentDictionary<JsonSerializerOptions, JsonSerializerOptions> Options = new();

    /// <summary>The same type, read strictly.</summary>
    public static JsonTypeInfo<T> For<T>(JsonTypeInfo<T> type) =>
        (JsonTypeInfo<T>)Options.GetOrAdd(type.Options, Harden).GetTypeInfo(typeof(T));

    private static JsonSerializerOptions Harden(JsonSerializerOptions options) => new(options)
    {
        MaxDepth = MaxDepth,
        RespectNullableAnnotations = true,
        TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(Require),
    };

    private static void Require(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false })
                property.IsRequired = true;
        }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Devex.Contracts.Api;
using Devex.Core.Identity;
using Devex.Core.Previews;
using Devex.Core.Repls;

namespace Devex.Core.Storage;

/// <summary>JSON of Core's records in S3 and Redis.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 16)]
[JsonSerializable(typeof(ReplRecord))]
[JsonSerializable(typeof(UserRecord))]
[JsonSerializable(typeof(SavedState))]
[JsonSerializable(typeof(ReplPreview))]
[JsonSerializable(typeof(PreviewGrant))]
[JsonSerializable(typeof(Events.EventMessage))]
internal sealed partial class CoreJson : JsonSerializerContext;

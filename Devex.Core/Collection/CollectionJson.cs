using System.Text.Json;
using System.Text.Json.Serialization;

namespace Devex.Core.Collection;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CondemnedList))]
internal sealed partial class CollectionJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Devex.Contracts.Api;

/// <summary>Source-generated JSON of history, collection, imports, copies and accounts.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RestorePoint))]
[JsonSerializable(typeof(RestorePointList))]
[JsonSerializable(typeof(RestoreFromHistory))]
[JsonSerializable(typeof(RestoredFromHistory))]
[JsonSerializable(typeof(HistoryChanges))]
[JsonSerializable(typeof(FileDiff))]
[JsonSerializable(typeof(HistoryEntry))]
[JsonSerializable(typeof(HistoryFolder))]
[JsonSerializable(typeof(SearchResult))]
[JsonSerializable(typeof(CollectionReport))]
[JsonSerializable(typeof(DeleteAccount))]
[JsonSerializable(typeof(LookAtGit))]
[JsonSerializable(typeof(GitOffer))]
[JsonSerializable(typeof(ImportGit))]
[JsonSerializable(typeof(GitImportEvent))]
[JsonSerializable(typeof(CopyOffer))]
[JsonSerializable(typeof(CopyLink))]
[JsonSerializable(typeof(AcceptCopy))]
public sealed partial class HistoryJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Devex.Contracts.Snapshots;

/// <summary>Source-generated JSON of roots, of the session listener and of the control folder.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SnapshotRoot))]
[JsonSerializable(typeof(ClaimRequest))]
[JsonSerializable(typeof(Claimed))]
[JsonSerializable(typeof(CurrentRoot))]
[JsonSerializable(typeof(DownloadRequest))]
[JsonSerializable(typeof(DownloadList))]
[JsonSerializable(typeof(UploadRequest))]
[JsonSerializable(typeof(UploadList))]
[JsonSerializable(typeof(CommitRequest))]
[JsonSerializable(typeof(Committed))]
[JsonSerializable(typeof(Rescued))]
[JsonSerializable(typeof(ProgressReport))]
[JsonSerializable(typeof(SnapshotProblem))]
[JsonSerializable(typeof(CoreAddress))]
[JsonSerializable(typeof(IncarnationFile))]
[JsonSerializable(typeof(RestoreMarker))]
[JsonSerializable(typeof(SavedRoot))]
public sealed partial class SnapshotsJson : JsonSerializerContext;

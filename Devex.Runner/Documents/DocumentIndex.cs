using System.Text.Json;
using System.Text.Json.Serialization;

namespace Devex.Runner.Documents;

/// <summary>What is known of a document's file, kept in <c>{journal}/{id}.doc.json</c> and in snapshots.</summary>
/// <param name="Id">Id of the document.</param>
/// <param name="Path">Its path in the workspace.</param>
/// <param name="Flushes">The last 32 flushes, oldest first. An entry is written before its file, so the file may lag behind by one.</param>
internal sealed record DocumentIndex(string Id, string Path, IReadOnlyList<Flush> Flushes)
{
    private const int MostFlushes = 32;

    public DocumentIndex With(Flush flush) =>
        this with { Flushes = [.. Flushes.Where(known => known.Version != flush.Version).TakeLast(MostFlushes - 1), flush] };

    /// <summary>The newest flush that left a file of this hash.</summary>
    public Flush? Find(string hash) => Flushes.LastOrDefault(flush => flush.Sha256 == hash);
}

/// <summary>One flush.</summary>
/// <param name="Sha256">Of the file's bytes, lower-case hex.</param>
/// <param name="Version">The version that the file holds.</param>
/// <param name="Received">Highest n accepted by then, per client.</param>
internal sealed record Flush(string Sha256, long Version, IReadOnlyDictionary<string, long> Received);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DocumentIndex))]
internal sealed partial class DocumentJson : JsonSerializerContext;

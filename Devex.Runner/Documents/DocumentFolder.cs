using System.Text.Json;
using Devex.Contracts.Protocol;
using Devex.Runner.Serving;

namespace Devex.Runner.Documents;

/// <summary>The journal folder: an index and a journal per document.</summary>
internal sealed class DocumentFolder(ServeOptions options)
{
    private const string IndexSuffix = ".doc.json";

    public string JournalOf(string id) => Path.Combine(options.Journal, id + ".log");

    /// <summary>All indexes that can be read.</summary>
    public IEnumerable<(DocumentIndex Index, DateTime WrittenAt)> ReadAll()
    {
        Directory.CreateDirectory(options.Journal);
        foreach (var file in Directory.EnumerateFiles(options.Journal, "*" + IndexSuffix))
        {
            if (TryRead(file) is { } index && Path.GetFileName(file) == index.Id + IndexSuffix) yield return (index, File.GetLastWriteTimeUtc(file));
        }
    }

    public void Write(DocumentIndex index)
    {
        var path = Path.Combine(options.Journal, index.Id + IndexSuffix);
        var draft = Path.Combine(options.Journal, $"{SessionProtocol.TemporaryPrefix}{index.Id}.json");
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(index, DocumentJson.Default.DocumentIndex));
        File.Move(draft, path, overwrite: true);
    }

    public void Forget(string id)
    {
        File.Delete(Path.Combine(options.Journal, id + IndexSuffix));
        File.Delete(JournalOf(id));
    }

    private static DocumentIndex? TryRead(string file)
    {
        try
        {
            var index = JsonSerializer.Deserialize(File.ReadAllBytes(file), DocumentJson.Default.DocumentIndex);
            return index is { Id: not null, Path: not null, Flushes: not null } && index.Flushes.All(flush => flush is { Sha256: not null, Received: not null })
                ? index
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }
}

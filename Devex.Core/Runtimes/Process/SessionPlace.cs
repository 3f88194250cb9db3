using System.Text.Json;
using Devex.Contracts;

namespace Devex.Core.Runtimes.Process;

/// <summary><c>session.json</c>: whose folder this is.</summary>
/// <param name="Owner">The REPL's owner.</param>
/// <param name="Id">The REPL.</param>
/// <param name="Session">The session.</param>
/// <param name="Uid">The host user that everything of it runs as; null for Core's own.</param>
internal sealed record SessionPlace(UserId Owner, ReplId Id, string Session, int? Uid)
{
    public static SessionPlace? Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SessionPlace>(File.ReadAllBytes(path), JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Save(string path) => AtomicFile.Write(path, JsonSerializer.Serialize(this, JsonSerializerOptions.Web));
}

using System.Text.Json;
using Devex.Contracts.Protocol;

namespace Devex.Runner.Documents;

/// <summary>One change of a document and who made it.</summary>
/// <param name="client">Id of the page, or <see cref="Outside"/>.</param>
/// <param name="n">Its number among that client's updates of the document.</param>
/// <param name="changes">What changed.</param>
internal sealed class Update(string client, long n, ChangeSet changes)
{
    /// <summary>The client id of changes that other programs made to the file. Pages choose 16 characters, never this.</summary>
    public const string Outside = "outside";

    public string Client => client;

    public long N => n;

    public ChangeSet Changes => changes;

    /// <summary>Its changes as JSON, made once for journal, log and wire.</summary>
    public byte[] Json => field ??= ChangeSetJson.ToUtf8(Changes);

    public DocumentUpdate ToWire() => new(Client, N, JsonElement.Parse(Json));

    public bool IsSameAs(Update other) => N == other.N && Client == other.Client;
}

using System.Runtime.InteropServices;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Control;
using Devex.Runner.Measuring;
using Devex.Runner.Saves;
using Devex.Runner.Sessions;

namespace Devex.Runner.Documents;

/// <summary>The methods <c>documents.*</c>.</summary>
internal sealed class DocumentsFeature(DocumentStore documents, DocumentHost host, Measurements measurements, SessionState session, SpaceGuard space) : ISessionFeature
{
    private const int MostUpdates = 1000;
    private const int MostSelections = 100;
    private const int LongestClient = 64;
    private const long LargestNumber = 1L << 53;

    public void Register(MethodTable methods, RouteTable routes)
    {
        var json = ProtocolJson.Default;
        host.Frozen = () => session.Frozen;
        host.Accepted = count => measurements.Count("devex.document.updates", count);
        documents.Start();
        methods.Add(
            "documents.open", json.OpenDocument, json.OpenedDocument, (client, open, _) => Task.FromResult(Open(client, open)), open => "documents.open:" + open.Path,
            (client, opened) => documents.TryGet(opened.Document)?.Opened(client.Connection));
        methods.Add("documents.push", json.PushUpdates, json.PushedUpdates, (client, push, _) => Task.FromResult(Push(client, push)), push => Key(push.Document));
        methods.Add("documents.close", json.DocumentParams, json.Nothing, (client, named, _) => Done(() => Close(client, named)), named => Key(named.Document));
        methods.Add("documents.presence", json.DocumentPresence, json.Nothing, (client, presence, _) => Done(() => Present(client, presence)), presence => Key(presence.Document));
    }

    public void Left(SessionClient client)
    {
        foreach (var document in documents.All)
        {
            document.Close(client.Connection);
            documents.Release(document);
        }
    }

    public Task FreezeAsync(CancellationToken cancellation)
    {
        documents.FlushAll();
        return Task.CompletedTask;
    }

    public void Describe(StatusDraft status)
    {
        status.FlushedAt = host.FlushedAt;
        status.Unflushed += documents.All.Count(document => document.Unflushed);
    }

    private static string Key(string document) => "documents:" + document;

    private static Task<Nothing> Done(Action action)
    {
        action();
        return Task.FromResult(new Nothing());
    }

    private OpenedDocument Open(SessionClient client, OpenDocument request)
    {
        if (request.Create) EnsureMayCreate(client);
        return documents.Open(client.Connection, new DocumentEditor(client.Participant, client.Send), request);
    }

    private void EnsureMayCreate(SessionClient client)
    {
        if (client.Role < Contracts.Role.Editor) throw new SessionException(ErrorCodes.Forbidden, "session.role", "Making a file needs the role editor.");
        session.EnsureLive();
    }

    private PushedUpdates Push(SessionClient client, PushUpdates push)
    {
        session.Touch();
        if (push.Updates.Count > MostUpdates) throw new SessionException(ErrorCodes.TooLarge, "documents.updates", $"Push at most {MostUpdates} updates at once.", limit: MostUpdates);
        var updates = push.Updates.Select(Read).ToList();
        if (updates.Any(update => update.Changes.NewLength > update.Changes.Length)) space.EnsureRoomForEdit();
        return new PushedUpdates(documents.Get(push.Document).Push(client.Connection, push.Version, updates));
    }

    private static Update Read(DocumentUpdate update)
    {
        if (update.Client.Length is 0 or > LongestClient || !update.Client.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || update.N is < 1 or > LargestNumber)
            throw new SessionException(ErrorCodes.InvalidParams, "documents.client", "An update has a client of at most 64 letters and digits, and a number from 1 on.");
        try
        {
            return new Update(update.Client, update.N, ChangeSetJson.Parse(JsonMarshal.GetRawUtf8Value(update.Changes)));
        }
        catch (ChangeException e)
        {
            throw new SessionException(ErrorCodes.InvalidParams, "documents.changes", e.Message);
        }
        catch (InvalidOperationException)
        {
            throw new SessionException(ErrorCodes.InvalidParams, "documents.changes", "An update has changes.");
        }
    }

    private void Close(SessionClient client, DocumentParams named)
    {
        if (documents.TryGet(named.Document) is not { } document) return;
        document.Close(client.Connection);
        documents.Release(document);
    }

    private void Present(SessionClient client, DocumentPresence presence)
    {
        if (presence.Selections is { } selections && (selections.Count > MostSelections || selections.Any(range => range.Anchor < 0 || range.Head < 0)))
            throw new SessionException(ErrorCodes.InvalidParams, "documents.presence", $"A presence has at most {MostSelections} selections, counted from 0.", limit: MostSelections);
        documents.TryGet(presence.Document)?.Present(client.Connection, presence);
    }
}

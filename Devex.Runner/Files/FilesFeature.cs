using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Sessions;

namespace Devex.Runner.Files;

/// <summary>The methods <c>files.*</c> and the routes <c>/files</c>, <c>/archive</c> and <c>/downloads</c>.</summary>
internal sealed class FilesFeature(
    WorkspaceFiles files, FileDownloads downloads, FileUploads uploads, FileEndpoint endpoint, WorkspaceWatcher watcher, Documents.DocumentStore documents, Control.SessionState session,
    Saves.SpaceGuard space)
    : ISessionFeature, IDisposable
{
    private readonly WatchSubscriptions _watching = new(watcher);

    public void Register(MethodTable methods, RouteTable routes)
    {
        var json = ProtocolJson.Default;
        methods.Add("files.list", json.PathParams, json.FileList, (_, at, _) => Task.FromResult(files.List(at.Path)));
        methods.Add("files.stat", json.PathParams, json.FileEntry, (_, at, _) => Task.FromResult(files.Stat(at.Path)));
        methods.Add("files.read", json.ReadFile, json.FileContent, (_, read, _) => Task.FromResult(files.Read(read.Path)));
        methods.Add("files.write", json.WriteFile, json.FileVersion, (_, write, _) => Task.FromResult(Write(write)));
        methods.Add("files.create", json.CreateFile, json.FileEntry, (_, make, _) =>
        {
            space.EnsureRoom(make.Path);
            return Done(files.Create(make.Path, make.Kind, make.Target));
        });
        methods.Add("files.rename", json.MoveFile, json.FileEntry, (_, move, _) => Done(files.Rename(move.From, move.To, move.Overwrite)));
        methods.Add("files.copy", json.MoveFile, json.FileEntry, async (_, copy, gone) =>
        {
            space.EnsureRoom(copy.To);
            await documents.CatchUpAsync();
            return await Done(files.Copy(copy.From, copy.To, copy.Overwrite, gone));
        });
        methods.Add("files.delete", json.DeleteFile, json.Nothing, (_, delete, gone) =>
        {
            files.Delete(delete.Path, delete.Recursive, gone);
            return Done(new Nothing());
        });
        methods.Add("files.watch", json.Nothing, json.Nothing, async (client, nothing, gone) =>
        {
            await _watching.AddAsync(client).WaitAsync(gone);
            return nothing;
        });
        methods.Add("files.link", json.LinkFile, json.FileLink, (client, link, _) => Task.FromResult(downloads.Offer(client.Grant, link)));
        methods.Add("files.uploaded", json.UploadName, json.UploadedBytes, (client, named, gone) => uploads.AskAsync(client.Grant, named.Upload, gone));
        methods.Add("files.cancelUpload", json.UploadName, json.Nothing, async (client, named, gone) =>
        {
            await uploads.CancelAsync(client.Grant, named.Upload, gone);
            return new Nothing();
        });
        routes.Map(Route.Files, endpoint.ServeAsync);
        routes.Map(Route.Archive, endpoint.ServeArchiveAsync);
        routes.Map(Route.Downloads, endpoint.ServeDownloadAsync);
    }

    public void Left(SessionClient client) => _watching.Remove(client);

    public void Dispose() => _watching.Dispose();

    private FileVersion Write(WriteFile write)
    {
        space.EnsureRoom(write.Path);
        var content = FileContents.Decode(write);
        session.Touch();
        return new FileVersion(files.Write(write.Path, content, write.ExpectedVersion));
    }

    private Task<T> Done<T>(T result)
    {
        session.Touch();
        return Task.FromResult(result);
    }
}

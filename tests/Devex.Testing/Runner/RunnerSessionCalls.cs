using Devex.Contracts.Protocol;

namespace Devex.Testing.Runner;

/// <summary>The protocol's methods by name.</summary>
public static class RunnerSessionCalls
{
    private static readonly ProtocolJson Json = ProtocolJson.Default;

    public static Task<Nothing> PingAsync(this RunnerSession session) => session.CallAsync("session.ping", new Nothing(), Json.Nothing, Json.Nothing);

    public static async Task<IReadOnlyList<FileEntry>> ListAsync(this RunnerSession session, string path = "") =>
        (await session.CallAsync("files.list", new PathParams(path), Json.PathParams, Json.FileList)).Entries;

    public static Task<FileEntry> StatAsync(this RunnerSession session, string path) =>
        session.CallAsync("files.stat", new PathParams(path), Json.PathParams, Json.FileEntry);

    public static Task<FileContent> ReadFileAsync(this RunnerSession session, string path) =>
        session.CallAsync("files.read", new ReadFile(path), Json.ReadFile, Json.FileContent);

    /// <summary>Writes text; <paramref name="expected"/> is null when there must be none.</summary>
    public static async Task<string> WriteFileAsync(this RunnerSession session, string path, string content, string? expected = "*") =>
        (await session.CallAsync("files.write", new WriteFile(path, content, ExpectedVersion: expected), Json.WriteFile, Json.FileVersion)).Version;

    public static Task<FileEntry> CreateAsync(this RunnerSession session, string path, FileKind kind, string? target = null) =>
        session.CallAsync("files.create", new CreateFile(path, kind, target), Json.CreateFile, Json.FileEntry);

    public static Task<FileEntry> RenameAsync(this RunnerSession session, string from, string to, bool overwrite = false) =>
        session.CallAsync("files.rename", new MoveFile(from, to, overwrite), Json.MoveFile, Json.FileEntry);

    public static Task<FileEntry> CopyAsync(this RunnerSession session, string from, string to, bool overwrite = false) =>
        session.CallAsync("files.copy", new MoveFile(from, to, overwrite), Json.MoveFile, Json.FileEntry);

    public static Task<Nothing> DeleteAsync(this RunnerSession session, string path, bool recursive = false) =>
        session.CallAsync("files.delete", new DeleteFile(path, recursive), Json.DeleteFile, Json.Nothing);

    public static Task<Nothing> WatchAsync(this RunnerSession session) => session.CallAsync("files.watch", new Nothing(), Json.Nothing, Json.Nothing);

    public static async Task<string> LinkAsync(this RunnerSession session, string path, bool archive = false) =>
        (await session.CallAsync("files.link", new LinkFile(path, archive), Json.LinkFile, Json.FileLink)).Url;

    public static Task<UploadedBytes> UploadedAsync(this RunnerSession session, string upload) =>
        session.CallAsync("files.uploaded", new UploadName(upload), Json.UploadName, Json.UploadedBytes);

    public static Task<Nothing> CancelUploadAsync(this RunnerSession session, string upload) =>
        session.CallAsync("files.cancelUpload", new UploadName(upload), Json.UploadName, Json.Nothing);

    public static async Task<IReadOnlyList<int>> PortsAsync(this RunnerSession session) =>
        (await session.CallAsync("ports.list", new Nothing(), Json.Nothing, Json.PortList)).Ports;

    public static Task<TerminalInfo> NewTerminalAsync(this RunnerSession session, int columns = 80, int rows = 24, string? folder = null) =>
        session.CallAsync("terminals.open", new OpenTerminal(columns, rows, folder), Json.OpenTerminal, Json.TerminalInfo);
}

using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts;
using Devex.Contracts.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;
using Devex.Snapshots.Pages;
using Xunit;

namespace Devex.Core.Tests.Snapshots.Fixtures;

/// <summary>A writer that says to Core whatever a test wants it to say.</summary>
internal sealed class TestWriter(string coreUrl, ReplId id, string token)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    public string? Incarnation { get; private set; }

    public static string NewId() => RandomNumberGenerator.GetHexString(22, lowercase: true);

    public async Task<(HttpStatusCode Status, TestWriter? Writer, Claimed? Claimed)> ClaimAsync(string? claimId = null, string? attempt = null)
    {
        var (status, claimed, _) = await PostAsync(
            "claims", new ClaimRequest(claimId ?? NewId(), attempt, true), SnapshotsJson.Default.ClaimRequest, SnapshotsJson.Default.Claimed);
        return (status, claimed is null ? null : new TestWriter(coreUrl, id, claimed.Token) { Incarnation = claimed.Incarnation }, claimed);
    }

    /// <summary>The same incarnation at another replica.</summary>
    public TestWriter At(string otherCore) => new(otherCore, id, token) { Incarnation = Incarnation };

    /// <summary>Uploads a pack and a page with one file; returns the page.</summary>
    public Task<CommitPage> UploadFileAsync(string path, string content) => UploadFilesAsync([(path, content)]);

    /// <summary>Uploads a pack for each file and one page with all of them, which are in order.</summary>
    public async Task<CommitPage> UploadFilesAsync(IReadOnlyList<(string Path, string Content)> files)
    {
        var entries = new List<SnapshotEntry> { Folder("documents"), Folder("home"), Folder("workspace") };
        foreach (var (path, content) in files)
        {
            var bytes = Encoding.UTF8.GetBytes(content);
            using var packs = new PackWriter(SnapshotScope.User, (_, _) => ValueTask.CompletedTask);
            var extents = await packs.AddAsync(bytes, CancellationToken.None);
            var pack = await packs.CompleteAsync(CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, await PutAsync(SnapshotObjectKind.Pack, pack!.Bytes.ToArray()));
            entries.Add(File(path, bytes, extents));
        }
        return await UploadPageAsync(entries);
    }

    public async Task<CommitPage> UploadPageAsync(IReadOnlyList<SnapshotEntry> entries)
    {
        var page = Page.Encode(entries);
        Assert.Equal(HttpStatusCode.OK, await PutAsync(SnapshotObjectKind.Page, page));
        return new CommitPage(SnapshotScope.User, Digest.Of(page).ToString());
    }

    /// <summary>Puts an object under its own hash, or bytes of the test's choice.</summary>
    public async Task<HttpStatusCode> PutAsync(SnapshotObjectKind kind, byte[] bytes, byte[]? other = null)
    {
        var (_, list, _) = await PostAsync(
            "uploads", new UploadRequest([new UploadObject(kind, Digest.Of(bytes).ToString(), bytes.Length)]), SnapshotsJson.Default.UploadRequest, SnapshotsJson.Default.UploadList);
        return await PutAsync(list!.Uploads[0], other ?? bytes);
    }

    public static async Task<HttpStatusCode> PutAsync(Upload upload, byte[] bytes, string? dropHeader = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, upload.Url) { Content = new ByteArrayContent(bytes) };
        foreach (var (name, value) in upload.Headers.Where(header => header.Key != dropHeader))
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request);
        return response.StatusCode;
    }

    public Task<(HttpStatusCode Status, Committed? Committed, SnapshotProblem? Problem)> CommitAsync(long parent, CommitPage page, string? commit = null) =>
        PostAsync("commits", new CommitRequest(commit ?? NewId(), parent, [page], null, [], true), SnapshotsJson.Default.CommitRequest, SnapshotsJson.Default.Committed);

    public async Task<HttpStatusCode> GetRootAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{coreUrl}/internal/sessions/{id}/root") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var response = await Http.SendAsync(request);
        return response.StatusCode;
    }

    public async Task<(HttpStatusCode Status, TAnswer? Answer, SnapshotProblem? Problem)> PostAsync<TBody, TAnswer>(
        string route, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType)
        where TAnswer : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{coreUrl}/internal/sessions/{id}/{route}")
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, bodyType)),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
        using var response = await Http.SendAsync(request);
        var answer = await response.Content.ReadAsByteArrayAsync();
        if (response.IsSuccessStatusCode)
            return (response.StatusCode, JsonSerializer.Deserialize(answer, answerType), null);
        return (response.StatusCode, null, answer.Length == 0 ? null : JsonSerializer.Deserialize(answer, SnapshotsJson.Default.SnapshotProblem));
    }

    public static SnapshotEntry Folder(string path) =>
        new() { Path = SnapshotPath.Parse(Encoding.UTF8.GetBytes(path)), Kind = EntryKind.Folder, Mode = 0x1ed, Modified = 0 };

    public static SnapshotEntry File(string path, byte[] content, IReadOnlyList<Extent> extents) => new()
    {
        Path = SnapshotPath.Parse(Encoding.UTF8.GetBytes(path)),
        Kind = EntryKind.File,
        Mode = 0x1a4,
        Modified = 1,
        Size = content.Length,
        Hash = Digest.Of(content),
        Chunks = [new Chunk(content.Length, Digest.Of(content), extents)],
    };
}

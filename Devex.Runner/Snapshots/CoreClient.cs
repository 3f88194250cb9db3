using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts;
using Devex.Contracts.Snapshots;

namespace Devex.Runner.Snapshots;

/// <summary>Core's session listener. Its address is read anew for each request: Core moves, sessions stay.</summary>
internal sealed class CoreClient(HttpClient http, ControlFolder control, ReplId repl)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    public Task<Claimed> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) =>
        PostAsync("claims", control.ReadBootstrap(), request, SnapshotsJson.Default.ClaimRequest, SnapshotsJson.Default.Claimed, cancellationToken);

    /// <summary>The newest root, or one of a number.</summary>
    public Task<CurrentRoot> RootAsync(string token, CancellationToken cancellationToken, long? number = null) =>
        SendAsync(HttpMethod.Get, number is null ? "root" : $"root?number={number}", token, null, SnapshotsJson.Default.CurrentRoot, cancellationToken);

    public Task<DownloadList> DownloadsAsync(string token, DownloadRequest request, CancellationToken cancellationToken) =>
        PostAsync("downloads", token, request, SnapshotsJson.Default.DownloadRequest, SnapshotsJson.Default.DownloadList, cancellationToken);

    public Task<UploadList> UploadsAsync(string token, UploadRequest request, CancellationToken cancellationToken) =>
        PostAsync("uploads", token, request, SnapshotsJson.Default.UploadRequest, SnapshotsJson.Default.UploadList, cancellationToken);

    public Task<Committed> CommitAsync(string token, CommitRequest request, CancellationToken cancellationToken) =>
        PostAsync("commits", token, request, SnapshotsJson.Default.CommitRequest, SnapshotsJson.Default.Committed, cancellationToken);

    public Task<Rescued> RescueAsync(string token, CommitRequest request, CancellationToken cancellationToken) =>
        PostAsync("rescues", token, request, SnapshotsJson.Default.CommitRequest, SnapshotsJson.Default.Rescued, cancellationToken);

    /// <summary>Best effort: nobody waits for progress.</summary>
    public async Task ProgressAsync(ProgressReport report, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            using var request = Request(HttpMethod.Post, "progress", control.ReadBootstrap(), Content(report, SnapshotsJson.Default.ProgressReport));
            using var response = await http.SendAsync(request, limit.Token);
        }
        catch (Exception e) when (IsNoAnswer(e, cancellationToken))
        {
        }
    }

    private Task<TAnswer> PostAsync<TBody, TAnswer>(
        string route, string token, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, route, token, Content(body, bodyType), answerType, cancellationToken);

    private async Task<TAnswer> SendAsync<TAnswer>(
        HttpMethod method, string route, string token, HttpContent? content, JsonTypeInfo<TAnswer> type, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            using var request = Request(method, route, token, content);
            using var response = await http.SendAsync(request, limit.Token);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            if (!response.IsSuccessStatusCode)
                throw Refusal(response.StatusCode, body);
            return JsonSerializer.Deserialize(body, type) ?? throw new OutOfReachException("Core answered nothing.");
        }
        catch (Exception e) when (e is JsonException || IsNoAnswer(e, cancellationToken))
        {
            throw new OutOfReachException($"Core does not answer: {e.Message}");
        }
    }

    // A connection that is lost the moment it is made is a SocketException to .NET's client.
    private static bool IsNoAnswer(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException or SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private HttpRequestMessage Request(HttpMethod method, string route, string token, HttpContent? content) =>
        new(method, new Uri(control.ReadCore(), $"/internal/sessions/{repl}/{route}"))
        {
            Content = content,
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };

    private static ByteArrayContent Content<T>(T body, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static Exception Refusal(HttpStatusCode status, byte[] body)
    {
        SnapshotProblem? problem = null;
        try
        {
            problem = JsonSerializer.Deserialize(body, SnapshotsJson.Default.SnapshotProblem);
        }
        catch (JsonException)
        {
        }
        return problem?.Code switch
        {
            SnapshotProblems.Superseded => new SupersededException(problem.By),
            SnapshotProblems.Held => new HeldException(),
            SnapshotProblems.Condemned => new CondemnedException(problem.Condemned ?? []),
            _ when status is >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
                => new OutOfReachException($"Core answered {(int)status}."),
            _ => new RefusedException(status, problem?.Code, problem?.Detail ?? $"Core answered {(int)status}."),
        };
    }
}

/// <summary>Core or S3 did not answer, or not in a way that can be final: try again.</summary>
internal sealed class OutOfReachException(string message) : Exception(message);

/// <summary>Another incarnation has written.</summary>
internal sealed class SupersededException(SupersededBy? by) : Exception("Another writer has committed since.")
{
    public SupersededBy? By { get; } = by;
}

/// <summary>Another writer may still write.</summary>
internal sealed class HeldException() : Exception("Another writer of this REPL may still write.");

/// <summary>A commit names objects that will be deleted.</summary>
internal sealed class CondemnedException(IReadOnlyList<SnapshotObject> objects) : Exception("The commit names objects that are condemned.")
{
    public IReadOnlyList<SnapshotObject> Objects { get; } = objects;
}

/// <summary>Core said no.</summary>
internal sealed class RefusedException(HttpStatusCode status, string? code, string message) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;

    public string? Code { get; } = code;
}

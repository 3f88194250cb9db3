using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Web.CoreApi;
using Microsoft.AspNetCore.Components.Authorization;

namespace Devex.Web.History;

/// <summary>What pages ask Core about restore points, as the user of the circuit. Contents of files go to the browser directly.</summary>
internal sealed class HistoryClient(CoreHttp http, AuthenticationStateProvider authentication)
{
    public Task<RestorePointList> ListAsync(ReplId id, string? before, CancellationToken cancellationToken = default) =>
        GetAsync($"{Base(id)}?limit=100{Option("before", before)}", HistoryJson.Default.RestorePointList, cancellationToken);

    public Task<RestorePoint> PointAsync(ReplId id, string point, CancellationToken cancellationToken = default) =>
        GetAsync($"{Base(id)}/{point}", HistoryJson.Default.RestorePoint, cancellationToken);

    public Task<HistoryChanges> ChangesAsync(ReplId id, string point, string? after, CancellationToken cancellationToken = default) =>
        GetAsync($"{Base(id)}/{point}/changes?limit=200{Option("after", after)}", HistoryJson.Default.HistoryChanges, cancellationToken);

    public Task<FileDiff> DiffAsync(ReplId id, string point, string path, CancellationToken cancellationToken = default) =>
        GetAsync($"{Base(id)}/{point}/diff?path={Uri.EscapeDataString(path)}", HistoryJson.Default.FileDiff, cancellationToken);

    public Task<HistoryFolder> FolderAsync(ReplId id, string point, string path, string? after, CancellationToken cancellationToken = default) =>
        GetAsync($"{Base(id)}/{point}/tree?path={Uri.EscapeDataString(path)}{Option("after", after)}", HistoryJson.Default.HistoryFolder, cancellationToken);

    public Task<HistoryEntry> EntryAsync(ReplId id, string point, string path, CancellationToken cancellationToken = default) =>
        GetAsync($"{Base(id)}/{point}/entry?path={Uri.EscapeDataString(path)}", HistoryJson.Default.HistoryEntry, cancellationToken);

    /// <summary>Restores a path, or with null everything.</summary>
    public async Task<RestoredFromHistory> RestoreAsync(ReplId id, string point, string? path, CancellationToken cancellationToken = default) => await http.SendPatientlyAsync(
        await UserAsync(), HttpMethod.Post, $"{Base(id)}/{point}/restore",
        JsonContent.Create(new RestoreFromHistory(path), HistoryJson.Default.RestoreFromHistory), HistoryJson.Default.RestoredFromHistory, cancellationToken);

    public async Task<Repl> ForkAsync(ReplId id, string point, CancellationToken cancellationToken = default) => await http.SendAsync(
        await UserAsync(), HttpMethod.Post, $"/api/repls/{id}/fork",
        JsonContent.Create(new ForkRepl(null, point), ApiJson.Default.ForkRepl), ApiJson.Default.Repl, cancellationToken);

    /// <summary>Results as they are found.</summary>
    public async IAsyncEnumerable<SearchResult> SearchAsync(
        ReplId id, string point, string text, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in http.ReadLinesAsync(await UserAsync(), $"{Base(id)}/{point}/search?text={Uri.EscapeDataString(text)}", cancellationToken))
        {
            if (JsonSerializer.Deserialize(line, HistoryJson.Default.SearchResult) is { } result)
                yield return result;
        }
    }

    public Task<CopyOffer> PreviewCopyAsync(ReplId id) => GetAsync($"/api/repls/{id}/copy", HistoryJson.Default.CopyOffer, CancellationToken.None);

    public async Task<CopyLink> CopyLinkAsync(ReplId id) =>
        await http.SendAsync(await UserAsync(), HttpMethod.Post, $"/api/repls/{id}/copy", null, HistoryJson.Default.CopyLink, CancellationToken.None);

    public Task<CopyOffer> CopyOfferAsync(string code) => GetAsync($"/api/copies/{Uri.EscapeDataString(code)}", HistoryJson.Default.CopyOffer, CancellationToken.None);

    public async Task<Repl> AcceptCopyAsync(string code, string? name) => await http.SendPatientlyAsync(
        await UserAsync(), HttpMethod.Post, $"/api/copies/{Uri.EscapeDataString(code)}",
        JsonContent.Create(new AcceptCopy(name), HistoryJson.Default.AcceptCopy), ApiJson.Default.Repl, CancellationToken.None);

    /// <summary>Where the browser gets a file's content.</summary>
    public static string FileUrl(ReplId id, string point, string path) => $"{Base(id)}/{point}/file?path={Uri.EscapeDataString(path)}";

    /// <summary>Where the browser gets a folder as zip.</summary>
    public static string ArchiveUrl(ReplId id, string point, string path) => $"{Base(id)}/{point}/archive?path={Uri.EscapeDataString(path)}";

    private static string Base(ReplId id) => $"/api/repls/{id}/history";

    private static string Option(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private async Task<System.Security.Claims.ClaimsPrincipal> UserAsync() => (await authentication.GetAuthenticationStateAsync()).User;

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await http.SendAsync(await UserAsync(), HttpMethod.Get, path, null, type, cancellationToken);
}

using System.Security.Claims;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts;
using Devex.Contracts.Api;
using Microsoft.AspNetCore.Components.Authorization;

namespace Devex.Web.CoreApi;

/// <summary>What pages ask of Core, as the user of the circuit or request.</summary>
internal sealed class CoreClient(CoreHttp http, AuthenticationStateProvider authentication)
{
    public async Task<ClaimsPrincipal> UserAsync() => (await authentication.GetAuthenticationStateAsync()).User;

    public Task<Me> MeAsync(CancellationToken cancellationToken = default) => GetAsync("/api/me", ApiJson.Default.Me, cancellationToken);

    public Task<TemplateList> TemplatesAsync(CancellationToken cancellationToken = default) =>
        GetAsync("/api/templates", ApiJson.Default.TemplateList, cancellationToken);

    public Task<ReplList> ReplsAsync(CancellationToken cancellationToken = default) => GetAsync("/api/repls", ApiJson.Default.ReplList, cancellationToken);

    public Task<ReplList> TrashAsync(CancellationToken cancellationToken = default) => GetAsync("/api/trash", ApiJson.Default.ReplList, cancellationToken);

    public Task<Repl> ReplAsync(ReplId id, CancellationToken cancellationToken = default) => GetAsync($"/api/repls/{id}", ApiJson.Default.Repl, cancellationToken);

    public async Task<Repl> CreateAsync(CreateRepl request, CancellationToken cancellationToken = default) => await http.SendAsync(
        await UserAsync(), HttpMethod.Post, "/api/repls", JsonContent.Create(request, ApiJson.Default.CreateRepl), ApiJson.Default.Repl, cancellationToken);

    public async Task<Repl> UpdateAsync(ReplId id, UpdateRepl request, CancellationToken cancellationToken = default) => await http.SendAsync(
        await UserAsync(), HttpMethod.Patch, $"/api/repls/{id}", JsonContent.Create(request, ApiJson.Default.UpdateRepl), ApiJson.Default.Repl, cancellationToken);

    public async Task<Repl> ForkAsync(ReplId id, CancellationToken cancellationToken = default) => await http.SendAsync(
        await UserAsync(), HttpMethod.Post, $"/api/repls/{id}/fork", JsonContent.Create(new ForkRepl(null), ApiJson.Default.ForkRepl), ApiJson.Default.Repl, cancellationToken);

    public Task StartFromSavedAsync(ReplId id, CancellationToken cancellationToken = default) => PostAsync($"/api/repls/{id}/start-from-saved", cancellationToken);

    public Task StartAsync(ReplId id, CancellationToken cancellationToken = default) => PostAsync($"/api/repls/{id}/start", cancellationToken);

    public Task StopAsync(ReplId id, CancellationToken cancellationToken = default) => PostAsync($"/api/repls/{id}/stop", cancellationToken);

    public Task RestoreAsync(ReplId id, CancellationToken cancellationToken = default) => PostAsync($"/api/repls/{id}/restore", cancellationToken);

    public async Task DeleteAsync(ReplId id, CancellationToken cancellationToken = default) =>
        await http.SendAsync(await UserAsync(), HttpMethod.Delete, $"/api/repls/{id}", cancellationToken);

    public async Task LeaveAsync(ReplId id, CancellationToken cancellationToken = default) =>
        await http.SendAsync(await UserAsync(), HttpMethod.Delete, $"/api/repls/{id}/membership", cancellationToken);

    public Task<ApiTokenList> TokensAsync(CancellationToken cancellationToken = default) => GetAsync("/api/tokens", ApiJson.Default.ApiTokenList, cancellationToken);

    public async Task<NewApiToken> CreateTokenAsync(CreateApiToken request, CancellationToken cancellationToken = default) => await http.SendAsync(
        await UserAsync(), HttpMethod.Post, "/api/tokens", JsonContent.Create(request, ApiJson.Default.CreateApiToken), ApiJson.Default.NewApiToken, cancellationToken);

    public async Task RevokeTokenAsync(string id, CancellationToken cancellationToken = default) =>
        await http.SendAsync(await UserAsync(), HttpMethod.Delete, $"/api/tokens/{Uri.EscapeDataString(id)}", cancellationToken);

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await http.SendAsync(await UserAsync(), HttpMethod.Get, path, null, type, cancellationToken);

    private async Task PostAsync(string path, CancellationToken cancellationToken) =>
        await http.SendAsync(await UserAsync(), HttpMethod.Post, path, cancellationToken);
}

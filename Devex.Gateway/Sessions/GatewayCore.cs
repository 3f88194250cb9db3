using System.Net;
using System.Net.Http.Headers;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Contracts.Tokens;
using Devex.ServiceDefaults.Tokens;

namespace Devex.Gateway.Sessions;

/// <summary>What the Gateway asks of Core: where sessions are, preview sign-ins, public keys.</summary>
internal sealed class GatewayCore(IHttpClientFactory factory, ServiceTokens tokens)
{
    public const string ClientName = "core";

    /// <summary>The session's location, or null when none runs.</summary>
    public async Task<SessionLocation?> LocateAsync(ReplId id, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"/internal/gateway/sessions/{id}", null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(ApiJson.Default.SessionLocation, cancellationToken);
    }

    /// <summary>Redeems a one-use code, or null when it is unknown, used, expired or for another preview.</summary>
    public async Task<PreviewSignIn?> RedeemAsync(RedeemPreviewCode code, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(code, ApiJson.Default.RedeemPreviewCode);
        return await RedeemAsync("/internal/gateway/previews", content, cancellationToken);
    }

    /// <summary>Exchanges the secret of a preview's link, or null when it is unknown, revoked, expired or for another preview.</summary>
    public async Task<PreviewSignIn?> RedeemAsync(RedeemPreviewLink link, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(link, ApiJson.Default.RedeemPreviewLink);
        return await RedeemAsync("/internal/gateway/previews/links", content, cancellationToken);
    }

    /// <summary>Core's public keys.</summary>
    public async Task<PublicKeys> KeysAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "/internal/gateway/keys", null, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(ApiJson.Default.PublicKeys, cancellationToken) ?? new PublicKeys([]);
    }

    private async Task<PreviewSignIn?> RedeemAsync(string path, HttpContent content, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, path, content, cancellationToken);
        if ((int)response.StatusCode is >= 400 and < 500)
            return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(ApiJson.Default.PreviewSignIn, cancellationToken);
    }

    /// <exception cref="HttpRequestException">Core is out of reach, whatever of the client's parts says so: a timeout, or a circuit that is open.</exception>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Sign(Audiences.Gateway, new Dictionary<string, object>()));
        using var client = factory.CreateClient(ClientName);
        try
        {
            return await client.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is not HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("Core does not answer.", e);
        }
    }
}

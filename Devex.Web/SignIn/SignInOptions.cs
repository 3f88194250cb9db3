using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Devex.Contracts.Tokens;
using Devex.ServiceDefaults.Tokens;
using Devex.Web.CoreApi;
using Polly;

namespace Devex.Web.SignIn;

/// <summary>Which sign-ins Core offers to the peer of this request.</summary>
internal sealed class SignInOptions(IHttpClientFactory factory, ServiceTokens tokens, IHttpContextAccessor http)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>The offer, or null when Core does not answer.</summary>
    public async Task<OfferedSignIns?> ReadAsync()
    {
        var peer = http.HttpContext?.Connection.RemoteIpAddress ?? IPAddress.None;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/auth/session");
        request.Headers.TryAddWithoutValidation("Devex-Peer", tokens.Sign(Audiences.Peer, new Dictionary<string, object>
        {
            ["peer"] = (peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer).ToString(),
        }));
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            using var client = factory.CreateClient(CoreHttp.ClientName);
            using var response = await client.SendAsync(request, limit.Token);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync(SignInJson.Default.OfferedSignIns);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException or ExecutionRejectedException)
        {
            return null;
        }
    }
}

/// <summary>Answer of <c>GET /auth/session</c>.</summary>
internal sealed record OfferedSignIns(bool GitHub, IReadOnlyList<string> Local);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(OfferedSignIns))]
internal sealed partial class SignInJson : JsonSerializerContext;

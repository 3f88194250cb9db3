using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts.Api;
using Devex.Contracts.Tokens;
using Devex.ServiceDefaults.Tokens;
using Polly;

namespace Devex.Web.CoreApi;

/// <summary>Core's API as a signed-in user, each request with a fresh 60 s assertion.</summary>
internal sealed class CoreHttp(IHttpClientFactory factory, ServiceTokens tokens)
{
    public const string ClientName = "core";

    /// <summary>The client of requests that take long and are never sent twice.</summary>
    public const string PatientClientName = "core-patient";

    /// <summary>Whether Core still takes this user.</summary>
    public async Task<bool> IsWelcomeAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        using var response = await SendForAsync(user, HttpMethod.Get, "/api/me", null, cancellationToken);
        return response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <exception cref="CoreProblemException">Core answered with problem details; its message is for people.</exception>
    public async Task<T> SendAsync<T>(
        ClaimsPrincipal user, HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendForAsync(user, method, path, content, cancellationToken);
        await CoreProblemException.ThrowIfFailedAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync(type, cancellationToken)
            ?? throw new InvalidOperationException($"{method} {path} answered null.");
    }

    /// <summary>Sends a request whose answer has no body of interest.</summary>
    /// <exception cref="CoreProblemException">As above.</exception>
    public async Task SendAsync(ClaimsPrincipal user, HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var response = await SendForAsync(user, method, path, null, cancellationToken);
        await CoreProblemException.ThrowIfFailedAsync(response, cancellationToken);
    }

    /// <summary>The same for what may take minutes: restoring or copying a large REPL.</summary>
    /// <exception cref="CoreProblemException">As above.</exception>
    public async Task<T> SendPatientlyAsync<T>(
        ClaimsPrincipal user, HttpMethod method, string path, HttpContent content, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendForAsync(user, method, path, content, cancellationToken, patient: true);
        await CoreProblemException.ThrowIfFailedAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new InvalidOperationException($"{method} {path} answered null.");
    }

    /// <summary>A request with a body whose answer has none of interest.</summary>
    /// <exception cref="CoreProblemException">As above.</exception>
    public async Task SendAsync(ClaimsPrincipal user, HttpMethod method, string path, HttpContent content, CancellationToken cancellationToken)
    {
        using var response = await SendForAsync(user, method, path, content, cancellationToken);
        await CoreProblemException.ThrowIfFailedAsync(response, cancellationToken);
    }

    /// <summary>The lines of an answer that is streamed, as they come.</summary>
    /// <exception cref="CoreProblemException">As above.</exception>
    public async IAsyncEnumerable<string> ReadLinesAsync(ClaimsPrincipal user, string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendForAsync(user, HttpMethod.Get, path, null, cancellationToken);
        await foreach (var line in LinesAsync(response, cancellationToken))
            yield return line;
    }

    /// <summary>The same of what takes long and is never sent twice.</summary>
    /// <exception cref="CoreProblemException">As above.</exception>
    public async IAsyncEnumerable<string> PostLinesAsync(ClaimsPrincipal user, string path, HttpContent content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendForAsync(user, HttpMethod.Post, path, content, cancellationToken, patient: true);
        await foreach (var line in LinesAsync(response, cancellationToken))
            yield return line;
    }

    /// <summary>The header's value that asserts the user.</summary>
    public AuthenticationHeaderValue Assert(ClaimsPrincipal user) => new("Bearer", tokens.Sign(Audiences.Web, UserClaims.Of(user)));

    private static async IAsyncEnumerable<string> LinesAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await CoreProblemException.ThrowIfFailedAsync(response, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
            yield return line;
    }

    /// <exception cref="HttpRequestException">Core does not answer: nothing takes the connection, nothing came in time, or so much failed just before that nothing is sent for a moment.</exception>
    private async Task<HttpResponseMessage> SendForAsync(
        ClaimsPrincipal user, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, bool patient = false)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = Assert(user);
        using var client = factory.CreateClient(patient ? PatientClientName : ClientName);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception e) when (e is ExecutionRejectedException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new HttpRequestException("Core does not answer.", e);
        }
    }
}

/// <summary>The claims that Core puts into the cookie.</summary>
internal static class UserClaims
{
    public static Dictionary<string, object> Of(ClaimsPrincipal user)
    {
        var claims = new Dictionary<string, object>();
        foreach (var name in (ReadOnlySpan<string>)["sub", "login", "name", "avatar"])
        {
            if (user.FindFirstValue(name) is { Length: > 0 } value)
                claims[name] = value;
        }
        return claims;
    }

    /// <summary>The signed-in user as others see them; null when the cookie is not ours.</summary>
    public static UserSummary? Summary(ClaimsPrincipal user) =>
        Contracts.UserId.TryParse(user.FindFirstValue("sub"), out var id)
            ? new UserSummary(id, user.FindFirstValue("login") ?? id.ToString(), user.FindFirstValue("name") ?? id.ToString(), user.FindFirstValue("avatar"))
            : null;
}

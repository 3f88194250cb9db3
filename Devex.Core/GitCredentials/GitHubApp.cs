using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Errors;
using Devex.Core.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Devex.Core.GitCredentials;

/// <summary>
/// GitHub's API as the App uses it (docs.github.com/rest/apps). A token is of one installation, for one repository, with the permissions of one operation. The installation may do
/// more than the person, so the person's own permission is asked with the token before it is handed out, and it is theirs by GitHub's numeric id: a login may have changed hands.
/// </summary>
internal sealed class GitHubApp : IDisposable
{
    public const string ClientName = "github-app";

    private readonly IHttpClientFactory _clients;
    private readonly TimeProvider _time;
    private readonly string? _id;
    private readonly string _api;
    private readonly RSA? _key;

    public GitHubApp(IHttpClientFactory clients, IOptions<GitHubAppOptions> options, IOptions<AuthOptions> auth, TimeProvider time)
    {
        (_clients, _time) = (clients, time);
        var gitHub = auth.Value.GitHub;
        _api = gitHub.UserEndpoint[..Math.Max(0, gitHub.UserEndpoint.LastIndexOf('/'))];
        if (!options.Value.IsConfigured)
            return;
        _id = options.Value.Id;
        _key = RSA.Create();
        _key.ImportFromPem(options.Value.PrivateKey);
        Host = new Uri(gitHub.AuthorizationEndpoint).Authority;
    }

    /// <summary>Whose repositories it is for; null without an App.</summary>
    public string? Host { get; }

    /// <summary>A token for an operation of the person in the repository.</summary>
    /// <exception cref="ApiProblem">The App is not there, the person may not, or GitHub does not answer.</exception>
    public async Task<MintedGitCredential> MintAsync(UserSummary person, GitHubRepository repository, bool write, CancellationToken cancellationToken)
    {
        var minted = await IssueAsync(repository, write, cancellationToken);
        try
        {
            await CheckAsync(person, repository, write, minted.Password, cancellationToken);
            return minted;
        }
        catch
        {
            // Nobody has it yet; a failure to end it must not hide why nobody gets it.
            await RevokeAsync(minted.Password, CancellationToken.None).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Ends a token; one that has ended is no error.</summary>
    /// <exception cref="ApiProblem">GitHub does not answer.</exception>
    public async Task RevokeAsync(string token, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Delete, "/installation/token", token, null, cancellationToken);
        if (answer.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.Unauthorized or HttpStatusCode.NotFound))
            throw Unusable(answer);
    }

    public void Dispose() => _key?.Dispose();

    private async Task<MintedGitCredential> IssueAsync(GitHubRepository repository, bool write, CancellationToken cancellationToken)
    {
        var assertion = Assertion();
        using var found = await SendAsync(HttpMethod.Get, $"/repos/{repository}/installation", assertion, null, cancellationToken);
        if (found.StatusCode is HttpStatusCode.NotFound)
            throw NotInstalled(repository);
        var installation = (await ReadAsync(found, HttpStatusCode.OK, cancellationToken)).GetProperty("id").GetInt64();

        var wanted = JsonContent.Create(new { repositories = (string[])[repository.Name], permissions = new { contents = write ? "write" : "read", metadata = "read" } });
        using var issued = await SendAsync(HttpMethod.Post, $"/app/installations/{installation}/access_tokens", assertion, wanted, cancellationToken);
        // The installation leaves this repository out, or was not given that permission.
        if (issued.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
            throw NotInstalled(repository);
        var token = await ReadAsync(issued, HttpStatusCode.Created, cancellationToken);
        return new MintedGitCredential("x-access-token", token.GetProperty("token").GetString()!, token.GetProperty("expires_at").GetDateTimeOffset());
    }

    private async Task CheckAsync(UserSummary person, GitHubRepository repository, bool write, string token, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/repos/{repository}/collaborators/{Uri.EscapeDataString(person.Login)}/permission", token, null, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.NotFound)
            throw NoAccess(person, repository, write);
        var found = await ReadAsync(answer, HttpStatusCode.OK, cancellationToken);
        if (!found.TryGetProperty("user", out var user) || user.ValueKind != JsonValueKind.Object || UserId.GitHub(user.GetProperty("id").GetInt64()) != person.Id)
            throw ApiProblem.Forbidden("gitCredentials.login", $"At GitHub {person.Login} is somebody else by now. Sign out and in again, so that your new login is known here.");
        // GitHub tells maintain as write here, and triage as read.
        var may = found.GetProperty("permission").GetString() switch
        {
            "admin" or "write" => true,
            "read" => !write,
            _ => false,
        };
        if (!may)
            throw NoAccess(person, repository, write);
    }

    /// <summary>Says that we are the App, for long enough for two requests.</summary>
    private string Assertion()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = _id,
            // Clocks differ; GitHub takes none from the future.
            IssuedAt = now.AddMinutes(-1),
            Expires = now.AddMinutes(5),
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(_key) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } }, SecurityAlgorithms.RsaSha256),
        });
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string bearer, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _api + path) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.github+json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Devex", "1"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        try
        {
            using var client = _clients.CreateClient(ClientName);
            return await client.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or Polly.ExecutionRejectedException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ApiProblem(StatusCodes.Status502BadGateway, "gitCredentials.gitHub", "GitHub does not answer. Try again later, or give your own user name and token.");
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        if (answer.StatusCode != expected)
            throw Unusable(answer);
        using var document = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
        return document.RootElement.Clone();
    }

    private static ApiProblem NotInstalled(GitHubRepository repository) => ApiProblem.Conflict(
        "gitCredentials.notInstalled", $"This installation's GitHub App is not installed on {repository}, or may not write there. Install it there, or give your own user name and token.");

    private static ApiProblem NoAccess(UserSummary person, GitHubRepository repository, bool write) =>
        ApiProblem.Forbidden("gitCredentials.access", $"{person.Login} may not {(write ? "push to" : "read")} {repository} at GitHub.");

    private static ApiProblem Unusable(HttpResponseMessage answer) => new(
        StatusCodes.Status502BadGateway, "gitCredentials.gitHub",
        (int)answer.StatusCode is >= 300 and < 400
            ? "The repository has moved at GitHub. Give the remote its new address."
            : $"GitHub answered {(int)answer.StatusCode}. Try again later, or give your own user name and token.");
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Devex.Core.Tests.GitCredentials;

/// <summary>What GitHub answers to an App: installations, tokens of installations, permissions of people, revocation. Who is not who they say gets 401.</summary>
internal sealed class GitHubAppDouble : IDisposable
{
    public const string Id = "12345";

    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Repository, string Contents)> _live = new();
    private int _issued;

    /// <summary>Repositories where it is installed.</summary>
    public HashSet<string> Installed { get; } = [];

    /// <summary>By repository and login: the permission, and whose it is.</summary>
    public Dictionary<(string Repository, string Login), (string Permission, long User)> People { get; } = [];

    /// <summary>Whether the installation was given <c>contents: read</c> only.</summary>
    public bool ReadsOnly { get; set; }

    /// <summary>Whether tokens are neither given nor ended.</summary>
    public bool Broken { get; set; }

    /// <summary>Tokens that work, with what for.</summary>
    public IReadOnlyDictionary<string, (string Repository, string Contents)> Live => _live;

    public int Issued => _issued;

    public string PrivateKey => _key.ExportPkcs8PrivateKeyPem();

    public void Map(WebApplication app)
    {
        app.MapGet("/repos/{owner}/{name}/installation", async (HttpRequest request, string owner, string name) =>
            !await IsAppAsync(request) ? Results.Unauthorized() : Installed.Contains($"{owner}/{name}") ? Results.Json(new { id = 77, account = new { login = owner } }) : Results.NotFound());
        app.MapPost("/app/installations/77/access_tokens", async (HttpRequest request) => Broken ? Results.StatusCode(500) : await IsAppAsync(request) ? await IssueAsync(request) : Results.Unauthorized());
        app.MapGet("/repos/{owner}/{name}/collaborators/{login}/permission", (HttpRequest request, string owner, string name, string login) =>
            !_live.TryGetValue(Bearer(request), out var token) || token.Repository != name ? Results.Unauthorized()
            : People.TryGetValue(($"{owner}/{name}", login), out var found) ? Results.Json(new { permission = found.Permission, role_name = found.Permission, user = new { login, id = found.User } })
            : Results.NotFound());
        app.MapDelete("/installation/token", (HttpRequest request) => Broken ? Results.StatusCode(500) : _live.TryRemove(Bearer(request), out _) ? Results.NoContent() : Results.Unauthorized());
    }

    public void Dispose() => _key.Dispose();

    private static string Bearer(HttpRequest request) => request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);

    private async Task<IResult> IssueAsync(HttpRequest request)
    {
        using var wanted = await JsonDocument.ParseAsync(request.Body);
        var (repositories, permissions) = (wanted.RootElement.GetProperty("repositories"), wanted.RootElement.GetProperty("permissions"));
        var contents = permissions.GetProperty("contents").GetString()!;
        // One repository, and nothing but what a fetch or push needs.
        if (repositories.GetArrayLength() != 1 || permissions.EnumerateObject().Count() != 2 || permissions.GetProperty("metadata").GetString() != "read" || contents is not ("read" or "write"))
            return Results.BadRequest();
        if (ReadsOnly && contents == "write")
            return Results.UnprocessableEntity();
        var token = $"ghs_{Interlocked.Increment(ref _issued)}{RandomNumberGenerator.GetHexString(30)}";
        _live[token] = (repositories[0].GetString()!, contents);
        return Results.Json(new { token, expires_at = TimeProvider.System.GetUtcNow().AddHours(1), permissions = new { contents } }, statusCode: 201);
    }

    private async Task<bool> IsAppAsync(HttpRequest request)
    {
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(Bearer(request), new TokenValidationParameters
        {
            ValidIssuer = Id,
            ValidateAudience = false,
            IssuerSigningKey = new RsaSecurityKey(_key) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } },
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        });
        // GitHub takes none that lives longer than ten minutes.
        return result.IsValid && result.SecurityToken is JsonWebToken { ValidTo: var to, IssuedAt: var from } && to - from <= TimeSpan.FromMinutes(10)
            && request.Headers.UserAgent.Count > 0 && request.Headers["X-GitHub-Api-Version"].Count == 1;
    }
}

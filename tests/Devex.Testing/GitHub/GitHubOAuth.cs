using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Devex.Testing.GitHub;

/// <summary>GitHub as an OAuth provider, for one OAuth app: authorize, token, user, organisations and teams, over HTTP on loopback, with PKCE checked.</summary>
/// <param name="clientId">Of the app.</param>
/// <param name="clientSecret">Of the app.</param>
/// <param name="redirectUri">Where the app has people sent back to.</param>
public class GitHubOAuth(string clientId, string clientSecret, string redirectUri) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> _challenges = new();
    private WebApplication? _app;

    /// <summary>Address without a path; once it is started.</summary>
    public string Url => _app!.Urls.First();

    /// <summary>Who presses "Authorize".</summary>
    public (long Id, string Login) User { get; set; } = (583231, "octocat");

    /// <summary>Their picture's address; <c>/avatars/…</c> here is one.</summary>
    public string? Avatar { get; set; } = "https://avatars.example/1";

    public bool Denies { get; set; }

    public HashSet<string> Organizations { get; } = [];

    public HashSet<string> Teams { get; } = [];

    public int TokensGiven { get; private set; }

    /// <param name="more">Maps what else this GitHub answers.</param>
    public async Task StartAsync(Action<WebApplication>? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/login/oauth/authorize", Authorize);
        _app.MapPost("/login/oauth/access_token", TokenAsync);
        _app.MapGet("/user", (HttpRequest request) => IsSignedIn(request)
            ? Results.Json(new { id = User.Id, login = User.Login, name = "Octo\u0007 Cat", avatar_url = Avatar, email = "ada@example.com" })
            : Results.Unauthorized());
        _app.MapGet("/user/memberships/orgs/{org}", (string org) => Organizations.Contains(org) ? Results.Json(new { state = "active" }) : Results.NotFound());
        _app.MapGet("/orgs/{org}/teams/{team}/memberships/{login}", (string org, string team, string login) =>
            Teams.Contains($"{org}/{team}/{login}") ? Results.Json(new { state = "active" }) : Results.Json(new { state = "pending" }));
        _app.MapGet("/avatars/{id}", () => Results.Text("""<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"><rect width="24" height="24" fill="teal"/></svg>""", "image/svg+xml"));
        more?.Invoke(_app);
        await _app.StartAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static bool IsSignedIn(HttpRequest request) => request.Headers.Authorization == "Bearer gho_token" && request.Headers.UserAgent.Count > 0;

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        if (query["client_id"] != clientId || query["code_challenge_method"] != "S256" || query["redirect_uri"] != redirectUri)
            return Results.BadRequest();
        if (Denies)
            return Results.Redirect(QueryHelpers.AddQueryString(redirectUri, new Dictionary<string, string?> { ["error"] = "access_denied", ["state"] = query["state"] }));
        var code = RandomNumberGenerator.GetHexString(20);
        _challenges[code] = query["code_challenge"].ToString();
        return Results.Redirect(QueryHelpers.AddQueryString(redirectUri, new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"] }));
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (form["client_secret"] != clientSecret || !_challenges.TryRemove(form["code"].ToString(), out var issued) || form["redirect_uri"] != redirectUri)
            return Results.Json(new { error = "bad_verification_code" });
        var challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (challenge != issued)
            return Results.Json(new { error = "bad_verifier" });
        TokensGiven++;
        return Results.Json(new { access_token = "gho_token", token_type = "bearer", scope = "" });
    }
}

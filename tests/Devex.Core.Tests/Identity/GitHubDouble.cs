using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.GitCredentials;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Devex.Core.Tests.Identity;

/// <summary>GitHub as an OAuth provider: authorize, token, user, organisations and teams, over HTTP, with PKCE checked.</summary>
internal sealed class GitHubDouble : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (string Challenge, string RedirectUri)> _codes = new();

    private GitHubDouble(WebApplication app) => _app = app;

    /// <summary>Settings of a client whose provider is never asked.</summary>
    public static IReadOnlyDictionary<string, string?> SomeSettings { get; } = new Dictionary<string, string?>
    {
        ["Auth:GitHub:ClientId"] = "client",
        ["Auth:GitHub:ClientSecret"] = "secret",
        ["Auth:Allow"] = "*",
    };

    public string Url => _app.Urls.First();

    /// <summary>Who presses "Authorize".</summary>
    public (long Id, string Login) User { get; set; } = (583231, "octocat");

    public bool Denies { get; set; }

    public HashSet<string> Organizations { get; } = [];

    public HashSet<string> Teams { get; } = [];

    public int TokensGiven { get; private set; }

    /// <summary>As an App meets it.</summary>
    public GitHubAppDouble App { get; } = new();

    /// <summary>In addresses of repositories.</summary>
    public string Host => new Uri(Url).Authority;

    public static async Task<GitHubDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var gitHub = new GitHubDouble(app);
        app.MapGet("/login/oauth/authorize", gitHub.Authorize);
        app.MapPost("/login/oauth/access_token", gitHub.TokenAsync);
        app.MapGet("/user", (HttpRequest request) => IsSignedIn(request)
            ? Results.Json(new { id = gitHub.User.Id, login = gitHub.User.Login, name = "Octo\u0007 Cat", avatar_url = "https://avatars.example/1", email = "ada@example.com" })
            : Results.Unauthorized());
        app.MapGet("/user/memberships/orgs/{org}", (string org) => gitHub.Organizations.Contains(org) ? Results.Json(new { state = "active" }) : Results.NotFound());
        app.MapGet("/orgs/{org}/teams/{team}/memberships/{login}", (string org, string team, string login) =>
            gitHub.Teams.Contains($"{org}/{team}/{login}") ? Results.Json(new { state = "active" }) : Results.Json(new { state = "pending" }));
        gitHub.App.Map(app);
        await app.StartAsync();
        return gitHub;
    }

    public Dictionary<string, string?> Settings(string allow = "*") => new()
    {
        ["Auth:GitHub:ClientId"] = "client",
        ["Auth:GitHub:ClientSecret"] = "secret",
        ["Auth:GitHub:AuthorizationEndpoint"] = $"{Url}/login/oauth/authorize",
        ["Auth:GitHub:TokenEndpoint"] = $"{Url}/login/oauth/access_token",
        ["Auth:GitHub:UserEndpoint"] = $"{Url}/user",
        ["Auth:Allow"] = allow,
    };

    public Dictionary<string, string?> SettingsWithApp() => new(Settings())
    {
        ["GitHub:App:Id"] = GitHubAppDouble.Id,
        ["GitHub:App:PrivateKey"] = App.PrivateKey,
    };

    /// <summary>Follows <c>/auth/github</c> to the provider; answers the callback's path and query.</summary>
    public static async Task<string> BeginAsync(Browser browser, string returnUrl = "/")
    {
        using var begun = await browser.SendAsync(HttpMethod.Get, "/auth/github?returnUrl=" + Uri.EscapeDataString(returnUrl));
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var authorized = await client.GetAsync(begun.Headers.Location);
        return authorized.Headers.Location!.PathAndQuery;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        App.Dispose();
    }

    private static bool IsSignedIn(HttpRequest request) => request.Headers.Authorization == "Bearer gho_token" && request.Headers.UserAgent.Count > 0;

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        var redirect = query["redirect_uri"].ToString();
        if (query["client_id"] != "client" || query["code_challenge_method"] != "S256" || redirect != CoreHost.WebOrigin + "/auth/github/callback")
            return Results.BadRequest();
        if (Denies)
            return Results.Redirect(QueryHelpers.AddQueryString(redirect, new Dictionary<string, string?> { ["error"] = "access_denied", ["state"] = query["state"] }));
        var code = RandomNumberGenerator.GetHexString(20);
        _codes[code] = (query["code_challenge"].ToString(), redirect);
        return Results.Redirect(QueryHelpers.AddQueryString(redirect, new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"] }));
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (form["client_secret"] != "secret" || !_codes.TryRemove(form["code"].ToString(), out var issued) || issued.RedirectUri != form["redirect_uri"])
            return Results.Json(new { error = "bad_verification_code" });
        var challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (challenge != issued.Challenge)
            return Results.Json(new { error = "bad_verifier" });
        TokensGiven++;
        return Results.Json(new { access_token = "gho_token", token_type = "bearer", scope = "" });
    }
}

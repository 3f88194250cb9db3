using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.GitCredentials;
using Devex.Testing.GitHub;

namespace Devex.Core.Tests.Identity;

/// <summary>GitHub as Core meets it: as an OAuth provider, and as an App.</summary>
internal sealed class GitHubDouble : GitHubOAuth
{
    private GitHubDouble()
        : base("client", "secret", CoreHost.WebOrigin + "/auth/github/callback")
    {
    }

    /// <summary>Settings of a client whose provider is never asked.</summary>
    public static IReadOnlyDictionary<string, string?> SomeSettings { get; } = new Dictionary<string, string?>
    {
        ["Auth:GitHub:ClientId"] = "client",
        ["Auth:GitHub:ClientSecret"] = "secret",
        ["Auth:Allow"] = "*",
    };

    /// <summary>As an App meets it.</summary>
    public GitHubAppDouble App { get; } = new();

    /// <summary>In addresses of repositories.</summary>
    public string Host => new Uri(Url).Authority;

    public static async Task<GitHubDouble> StartAsync()
    {
        var gitHub = new GitHubDouble();
        await gitHub.StartAsync(gitHub.App.Map);
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

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        App.Dispose();
    }
}

using Devex.Contracts;
using Microsoft.Extensions.Options;

namespace Devex.Core.Identity;

/// <summary>Section <c>Auth</c>: who may come in.</summary>
internal sealed class AuthOptions
{
    /// <summary>
    /// Who may sign in: GitHub logins or user ids (<c>github-583231</c>), <c>org:name</c>, <c>team:org/name</c>, or <c>*</c> for everybody.
    /// One string separated by commas or a list. WARNING: with <c>*</c> anybody with a GitHub account gets a shell on this installation.
    /// </summary>
    public string[] Allow { get; set; } = [];

    /// <summary>User ids (<c>github-583231</c>) that may list, stop, force and suspend. Logins are not taken: they may change hands.</summary>
    public string[] Operators { get; set; } = [];

    public GitHubOptions GitHub { get; set; } = new();

    public bool IsOperator(UserId user) => Operators.Contains(user.ToString(), StringComparer.Ordinal);
}

/// <summary>Section <c>Auth:GitHub</c>: an OAuth app of github.com or of GitHub Enterprise.</summary>
internal sealed class GitHubOptions
{
    public string? ClientId { get; set; }

    public string? ClientSecret { get; set; }

    public string AuthorizationEndpoint { get; set; } = "https://github.com/login/oauth/authorize";

    public string TokenEndpoint { get; set; } = "https://github.com/login/oauth/access_token";

    /// <summary>Ends in <c>/user</c>; organisations and teams are asked beside it.</summary>
    public string UserEndpoint { get; set; } = "https://api.github.com/user";

    public bool IsConfigured => !string.IsNullOrEmpty(ClientId);
}

/// <summary>Reads <c>Auth:Allow</c> and <c>Auth:Operators</c> also as one string each, as environment variables give them.</summary>
internal sealed class AuthOptionsBinding(IConfiguration configuration) : IConfigureOptions<AuthOptions>
{
    public void Configure(AuthOptions options)
    {
        configuration.GetSection("Auth:GitHub").Bind(options.GitHub);
        options.Allow = Words("Auth:Allow");
        options.Operators = Words("Auth:Operators");
    }

    private string[] Words(string key)
    {
        var section = configuration.GetSection(key);
        var values = section.Get<string[]>() ?? [];
        return
        [
            .. (section.Value is { } one ? [one] : values)
                .SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
        ];
    }
}

/// <summary>Refuses to start, in words, where it would not be clear who may come in.</summary>
internal sealed class AuthOptionsValidation(IHostEnvironment environment) : IValidateOptions<AuthOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthOptions options)
    {
        var failures = new List<string>();
        if (!environment.IsDevelopment() && options.Allow.Length == 0)
        {
            failures.Add("Auth:Allow is empty. Outside Development it must say who may sign in: GitHub logins or ids (github-583231), "
                + "org:name, team:org/name, or * for everybody.");
        }
        failures.AddRange(options.Allow.Where(entry => !AllowList.IsEntry(entry)).Select(entry =>
            $"Auth:Allow has '{entry}', which is no login, user id, org:name, team:org/name or *."));
        failures.AddRange(options.Operators.Where(entry => !UserId.TryParse(entry, null, out _)).Select(entry =>
            $"Auth:Operators has '{entry}'; operators are named by user id such as github-583231, because logins may change hands."));
        if (options.GitHub.IsConfigured && string.IsNullOrEmpty(options.GitHub.ClientSecret))
            failures.Add("Auth:GitHub:ClientId is set and Auth:GitHub:ClientSecret is not.");
        if (!environment.IsDevelopment() && !options.GitHub.IsConfigured)
            failures.Add("Auth:GitHub:ClientId and ClientSecret must be set outside Development: there is no other way to sign in.");
        foreach (var endpoint in (string[])[options.GitHub.AuthorizationEndpoint, options.GitHub.TokenEndpoint, options.GitHub.UserEndpoint])
        {
            if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && !environment.IsDevelopment() && !uri.IsLoopback))
                failures.Add($"Auth:GitHub has the endpoint '{endpoint}'; it must be an absolute https URL.");
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}

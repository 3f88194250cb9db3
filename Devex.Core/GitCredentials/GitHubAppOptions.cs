using System.Security.Cryptography;
using Devex.Core.Identity;
using Microsoft.Extensions.Options;

namespace Devex.Core.GitCredentials;

/// <summary>
/// Section <c>GitHub:App</c>: a GitHub App that people install on repositories which they push to from REPLs. It needs the repository permissions <c>contents: write</c> and
/// <c>metadata: read</c>, and nothing else. It is of the same GitHub by which people sign in (<c>Auth:GitHub</c>).
/// </summary>
internal sealed class GitHubAppOptions
{
    /// <summary>Its id, or its client id. Not set: people give tokens by hand.</summary>
    public string? Id { get; set; }

    /// <summary>Its private key, PEM. WARNING: with it, one acts on every repository where the App is installed; it belongs in a secret.</summary>
    public string? PrivateKey { get; set; }

    public bool IsConfigured => !string.IsNullOrEmpty(Id);
}

/// <summary>Refuses to start with half an App, or with one whose people could not be known.</summary>
internal sealed class GitHubAppOptionsValidation(IOptions<AuthOptions> auth) : IValidateOptions<GitHubAppOptions>
{
    public ValidateOptionsResult Validate(string? name, GitHubAppOptions options)
    {
        if (!options.IsConfigured && string.IsNullOrEmpty(options.PrivateKey))
            return ValidateOptionsResult.Success;
        if (!options.IsConfigured || string.IsNullOrEmpty(options.PrivateKey))
            return ValidateOptionsResult.Fail("GitHub:App:Id and GitHub:App:PrivateKey are set together, or neither.");
        if (!options.Id!.All(c => char.IsAsciiLetterOrDigit(c) || c == '.'))
            return ValidateOptionsResult.Fail($"GitHub:App:Id is '{options.Id}', which is no App's id.");
        if (!auth.Value.GitHub.IsConfigured)
            return ValidateOptionsResult.Fail("GitHub:App is set and Auth:GitHub is not: whose access to a repository counts is known only of people who sign in with GitHub.");
        if (!auth.Value.GitHub.UserEndpoint.EndsWith("/user", StringComparison.Ordinal))
            return ValidateOptionsResult.Fail("Auth:GitHub:UserEndpoint must end in /user: GitHub:App asks beside it.");
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(options.PrivateKey);
            return ValidateOptionsResult.Success;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return ValidateOptionsResult.Fail("GitHub:App:PrivateKey is not a private RSA key in PEM, as GitHub gives it.");
        }
    }
}

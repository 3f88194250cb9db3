using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Identity;
using Devex.Core.Repls;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.GitCredentials;

/// <summary>Tokens with which a person's git speaks to GitHub once. They go through the person's page to their session, and are written down nowhere.</summary>
internal static class GitCredentialEndpoints
{
    private const int MaxToken = 2000;

    public static IEndpointRouteBuilder MapGitCredentials(this IEndpointRouteBuilder endpoints)
    {
        var repl = endpoints.MapGroup("/api/repls/{id}/git-credentials").WithTags("Git")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
        repl.MapGet("/", OfferAsync).WithName("OfferGitCredentials").WithSummary("For which host the reader can get tokens, if for any.");
        repl.MapPost("/", CreateAsync).WithName("CreateGitCredential").WithSummary("A token of the installation's GitHub App for one operation in one repository, where the reader's own access at GitHub allows it.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status502BadGateway);
        repl.MapPost("/end", EndAsync).WithName("EndGitCredential").WithSummary("Ends a token: the operation is over. Idempotent.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status502BadGateway);
        return endpoints;
    }

    private static async Task<Ok<GitCredentialOffer>> OfferAsync(ReplId id, HttpContext context, ReplStore store, GitHubApp app, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        await store.OpenAsync(caller, id, cancellationToken);
        return TypedResults.Ok(new GitCredentialOffer(IsOfGitHub(caller) ? app.Host : null));
    }

    private static async Task<Ok<MintedGitCredential>> CreateAsync(
        ReplId id, CreateGitCredential request, HttpContext context, ReplStore store, GitHubApp app, IssuedTokens issued, ILogger<GitHubApp> logger, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        await store.OpenAsync(caller, id, cancellationToken);
        var host = app.Host ?? throw new ApiProblem(StatusCodes.Status404NotFound, "gitCredentials.off", "This installation has no GitHub App (GitHub:App). Give your own user name and token.");
        if (!IsOfGitHub(caller))
            throw ApiProblem.Forbidden("gitCredentials.identity", "Tokens are for people who are signed in with GitHub, in a browser. Give your own user name and token.");
        var repository = GitHubRepository.Parse(request.Remote, host);
        issued.EnsureFew(caller.User.Id);
        var minted = await app.MintAsync(caller.User, repository, request.Operation == GitOperation.Push, cancellationToken);
        issued.Add(caller.User.Id, minted.Password);
        GitCredentialLog.Given(logger, caller.User.Id, request.Operation, repository, id);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(minted);
    }

    private static async Task<NoContent> EndAsync(
        ReplId id, EndGitCredential request, HttpContext context, ReplStore store, GitHubApp app, IssuedTokens issued, CancellationToken cancellationToken)
    {
        await store.OpenAsync(context.Caller(), id, cancellationToken);
        if (request.Password is not { Length: > 0 and <= MaxToken } token || !token.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            throw ApiProblem.Invalid("password", "gitCredentials.token", "Send the token that is to be ended.");
        if (app.Host is not null)
            await issued.EndAsync(token, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>An API token stands for less than its owner, and must not become access to their repositories.</summary>
    private static bool IsOfGitHub(Caller caller) => caller.Scheme != Schemes.Token && caller.User.Id.ToString().StartsWith("github-", StringComparison.Ordinal);
}

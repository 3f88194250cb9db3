using System.Security.Cryptography;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Identity;

/// <summary>API tokens of the reader.</summary>
internal static class TokenEndpoints
{
    private const int MaxTokens = 50;
    private const int MaxNameLength = 64;
    private const int DefaultDays = 90;
    private const int MaxDays = 366;

    public static void MapTokens(this IEndpointRouteBuilder endpoints)
    {
        var tokens = endpoints.MapGroup("/api/tokens").WithTags("Tokens").ProducesProblem(StatusCodes.Status401Unauthorized);
        tokens.MapGet("/", ListAsync).WithName("ListTokens").WithSummary("The reader's API tokens, without their secrets.");
        tokens.MapPost("/", CreateAsync).WithName("CreateToken").WithSummary("Makes an API token; its secret is in this answer only.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden);
        tokens.MapDelete("/{tokenId}", RevokeAsync).WithName("RevokeToken").WithSummary("Ends a token at once.")
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<ApiTokenList>> ListAsync(HttpContext context, UserDirectory users, CancellationToken cancellationToken)
    {
        var user = await users.FindAsync(context.Caller().User.Id, cancellationToken);
        return TypedResults.Ok(new ApiTokenList([.. (user?.Tokens ?? []).OrderByDescending(token => token.CreatedAt).Select(View)]));
    }

    private static async Task<Created<NewApiToken>> CreateAsync(
        CreateApiToken request, HttpContext context, UserDirectory users, TimeProvider time, CancellationToken cancellationToken)
    {
        var name = request.Name?.Trim() ?? "";
        if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl))
            throw ApiProblem.Invalid("name", "token.name", $"Give a name of 1 to {MaxNameLength} characters without control characters.");
        if (!Enum.IsDefined(request.Scope))
            throw ApiProblem.Invalid("scope", "token.scope", "The scope is read or write.");
        var days = request.Days ?? DefaultDays;
        if (days is < 1 or > MaxDays)
            throw ApiProblem.Invalid("days", "token.days", $"A token lives 1 to {MaxDays} days.");
        var caller = context.Caller().User.Id;
        var secret = ApiTokens.New(caller);
        var now = time.GetUtcNow();
        var token = new ApiTokenRecord(
            RandomNumberGenerator.GetHexString(12, lowercase: true), name, ApiTokens.Hash(secret), request.Scope, now, now + TimeSpan.FromDays(days));
        await users.UpdateAsync(
            caller,
            user => user.Tokens.Count < MaxTokens
                ? user with { Tokens = [.. user.Tokens, token] }
                : throw ApiProblem.Conflict("token.limit", $"There are {MaxTokens} tokens, the most one may have. Revoke one first."),
            cancellationToken);
        return TypedResults.Created($"/api/tokens/{token.Id}", new NewApiToken(View(token), secret));
    }

    private static async Task<NoContent> RevokeAsync(string tokenId, HttpContext context, UserDirectory users, CancellationToken cancellationToken)
    {
        await users.UpdateAsync(
            context.Caller().User.Id,
            user => user.Tokens.Any(token => token.Id == tokenId)
                ? user with { Tokens = [.. user.Tokens.Where(token => token.Id != tokenId)] }
                : throw new ApiProblem(StatusCodes.Status404NotFound, "token.notFound", "There is no such token."),
            cancellationToken);
        return TypedResults.NoContent();
    }

    private static ApiToken View(ApiTokenRecord token) => new(token.Id, token.Name, token.Scope, token.CreatedAt, token.ExpiresAt);
}

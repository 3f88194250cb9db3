using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Identity;
using Devex.Core.Repls;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Environments;

/// <summary>Variables and secrets of a REPL, set by its owner and seen by editors, and of a user, for all REPLs that they own.</summary>
internal static class EnvironmentEndpoints
{
    public static IEndpointRouteBuilder MapEnvironments(this IEndpointRouteBuilder endpoints)
    {
        var repl = endpoints.MapGroup("/api/repls/{id}/environment").WithTags("Environment")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
        repl.MapGet("/", ListAsync).WithName("ListVariables").WithSummary("The REPL's variables, and those it has from its owner by name. Values of secrets are never given.");
        repl.MapPut("/{name}", SetAsync).WithName("SetVariable").WithSummary("Sets a variable; programs that start from then on get it.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        repl.MapDelete("/{name}", RemoveAsync).WithName("RemoveVariable").WithSummary("Removes a variable; programs that run keep it.");

        var own = endpoints.MapGroup("/api/me/environment").WithTags("Environment").ProducesProblem(StatusCodes.Status401Unauthorized);
        own.MapGet("/", ListOwnAsync).WithName("ListOwnVariables").WithSummary("The reader's variables, which all REPLs that they own get.");
        own.MapPut("/{name}", SetOwnAsync).WithName("SetOwnVariable").WithSummary("Sets a variable of the reader's; running sessions have it within half a minute.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        own.MapDelete("/{name}", RemoveOwnAsync).WithName("RemoveOwnVariable").WithSummary("Removes a variable of the reader's.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return endpoints;
    }

    private static async Task<Ok<EnvironmentList>> ListAsync(
        ReplId id, HttpContext context, ReplStore store, UserDirectory users, Variables variables, CancellationToken cancellationToken)
    {
        var record = await store.OpenAsync(context.Caller(), id, cancellationToken);
        var owner = await users.FindAsync(record.Owner, cancellationToken);
        return Answer(context, variables.View(record.Environment, Variables.Of(id), owner?.Environment ?? []));
    }

    private static async Task<Ok<EnvironmentList>> SetAsync(
        ReplId id, string name, SetEnvironmentVariable request, HttpContext context, ReplStore store, ReplLife life, Variables variables,
        UserDirectory users, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var record = await store.OpenAsync(caller, id, cancellationToken);
        var (parsed, value) = (Variables.Name(name), Variables.Value(request.Value));
        await life.ShareAsync(
            caller, record, old => old with { Environment = variables.With(old.Environment, Variables.Of(id), parsed, value, request.Secret) }, cancellationToken);
        return await ListAsync(id, context, store, users, variables, cancellationToken);
    }

    private static async Task<NoContent> RemoveAsync(
        ReplId id, string name, HttpContext context, ReplStore store, ReplLife life, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        await life.ShareAsync(
            caller, await store.OpenAsync(caller, id, cancellationToken),
            old => old with { Environment = Variables.Without(old.Environment, name) }, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<EnvironmentList>> ListOwnAsync(HttpContext context, UserDirectory users, Variables variables, CancellationToken cancellationToken)
    {
        var user = context.Caller().User.Id;
        return Answer(context, variables.View((await users.FindAsync(user, cancellationToken))?.Environment ?? [], Variables.Of(user), []));
    }

    private static async Task<Ok<EnvironmentList>> SetOwnAsync(
        string name, SetEnvironmentVariable request, HttpContext context, UserDirectory users, Variables variables, CancellationToken cancellationToken)
    {
        var user = context.Caller().User.Id;
        var (parsed, value) = (Variables.Name(name), Variables.Value(request.Value));
        var record = await users.UpdateAsync(
            user, old => old with { Environment = variables.With(old.Environment, Variables.Of(user), parsed, value, request.Secret) }, cancellationToken);
        return Answer(context, variables.View(record?.Environment ?? [], Variables.Of(user), []));
    }

    private static async Task<NoContent> RemoveOwnAsync(string name, HttpContext context, UserDirectory users, CancellationToken cancellationToken)
    {
        await users.UpdateAsync(
            context.Caller().User.Id, old => old with { Environment = Variables.Without(old.Environment, name) }, cancellationToken);
        return TypedResults.NoContent();
    }

    private static Ok<EnvironmentList> Answer(HttpContext context, EnvironmentList list)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(list);
    }
}

using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Operators;

internal static class OperatorsFeature
{
    public static IHostApplicationBuilder AddOperators(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OperatorActs>();
        return builder;
    }

    public static IEndpointRouteBuilder MapOperators(this IEndpointRouteBuilder endpoints)
    {
        var operators = endpoints.MapGroup("/api/operator").WithTags("Operators")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        operators.MapGet("/sessions", ListAsync).WithName("ListAllSessions").WithSummary("All sessions that are not stopped, of whatever owner.");
        operators.MapPost("/repls/{replId}/stop", StopAsync).WithName("OperatorStop").WithSummary("Has a session saved and stopped.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        operators.MapPost("/repls/{replId}/force", ForceAsync).WithName("OperatorForce")
            .WithSummary("Ends a session without saving it, and says what is lost. For sessions that cannot be saved.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        operators.MapPut("/users/{userId}/suspension", SuspendAsync).WithName("SuspendUser")
            .WithSummary("Keeps a user out: no credential of theirs counts, and their sessions are saved and stopped.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        operators.MapDelete("/users/{userId}/suspension", ReinstateAsync).WithName("ReinstateUser").WithSummary("Lets a user in again.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return endpoints;
    }

    private static async Task<Ok<OperatorSessionList>> ListAsync(HttpContext context, OperatorActs acts, CancellationToken cancellationToken) =>
        TypedResults.Ok(new OperatorSessionList(await acts.ListAsync(context.Caller().User, cancellationToken)));

    private static async Task<Accepted> StopAsync(ReplId replId, HttpContext context, OperatorActs acts, CancellationToken cancellationToken)
    {
        await acts.StopAsync(context.Caller().User, replId, cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Accepted<ForcedEnd>> ForceAsync(ReplId replId, HttpContext context, OperatorActs acts, CancellationToken cancellationToken) =>
        TypedResults.Accepted((string?)null, await acts.ForceAsync(context.Caller().User, replId, cancellationToken));

    private static async Task<Ok<Suspension>> SuspendAsync(UserId userId, HttpContext context, OperatorActs acts, CancellationToken cancellationToken) =>
        TypedResults.Ok(await acts.SuspendAsync(context.Caller().User, userId, cancellationToken));

    private static async Task<NoContent> ReinstateAsync(UserId userId, HttpContext context, OperatorActs acts, CancellationToken cancellationToken)
    {
        await acts.ReinstateAsync(context.Caller().User, userId, cancellationToken);
        return TypedResults.NoContent();
    }
}

using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Collection;

/// <summary>Collection by hand, for operators.</summary>
internal static class CollectionEndpoints
{
    public static void MapCollectionEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var collection = endpoints.MapGroup("/api/operator/users/{user}/collection").WithTags("Operators")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound);
        collection.MapGet("/", DryRunAsync).WithName("PreviewCollection").WithSummary("What a collection of a user's objects would do now. Changes nothing.");
        collection.MapPost("/", RunAsync).WithName("RunCollection").WithSummary("Thins and collects a user's objects now.")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<CollectionReport>> DryRunAsync(UserId user, HttpContext context, Collector collector, CancellationToken cancellationToken)
    {
        Admit(context);
        return TypedResults.Ok(await collector.CollectAsync(user, dryRun: true, cancellationToken));
    }

    private static async Task<Ok<CollectionReport>> RunAsync(
        UserId user, HttpContext context, Collector collector, CollectionSweep sweep, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var by = Admit(context);
        OperatorLog.Collected(loggers.CreateLogger("Devex.Core.Operators"), by.User.Id, user);
        return TypedResults.Ok(
            await sweep.UnderLeaseAsync(user, token => collector.CollectAsync(user, dryRun: false, token), cancellationToken)
            ?? throw ApiProblem.Conflict("collection.busy", "A collection of this user's objects is under way. Wait until it is done."));
    }

    /// <summary>That there are such routes is no secret, but whom they know is.</summary>
    private static Caller Admit(HttpContext context) => context.Caller() is { Operator: true } caller
        ? caller
        : throw new ApiProblem(StatusCodes.Status404NotFound, "operator.only", "There is nothing here for you: this is for operators.");
}

internal static partial class OperatorLog
{
    [LoggerMessage(LogLevel.Warning, "Operator {Operator} has the objects of {User} collected")]
    public static partial void Collected(ILogger logger, UserId @operator, UserId user);
}

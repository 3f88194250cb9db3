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
        var collection = endpoints.MapGroup("/api/operator/users/{userId}/collection").WithTags("Operators")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        collection.MapGet("/", DryRunAsync).WithName("PreviewCollection").WithSummary("What a collection of a user's objects would do now. Changes nothing.");
        collection.MapPost("/", RunAsync).WithName("RunCollection").WithSummary("Thins and collects a user's objects now.")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<CollectionReport>> DryRunAsync(UserId userId, Collector collector, CancellationToken cancellationToken) =>
        TypedResults.Ok(await collector.CollectAsync(userId, dryRun: true, cancellationToken));

    private static async Task<Ok<CollectionReport>> RunAsync(
        UserId userId, HttpContext context, Collector collector, CollectionSweep sweep, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        OperatorLog.Collected(loggers.CreateLogger("Devex.Core.Operators"), context.Caller().User.Id, userId);
        return TypedResults.Ok(
            await sweep.UnderLeaseAsync(userId, token => collector.CollectAsync(userId, dryRun: false, token), cancellationToken)
            ?? throw ApiProblem.Conflict("collection.busy", "A collection of this user's objects is under way. Wait until it is done."));
    }
}

internal static partial class OperatorLog
{
    [LoggerMessage(LogLevel.Warning, "Operator {Operator} has the objects of {User} collected")]
    public static partial void Collected(ILogger logger, UserId @operator, UserId user);
}

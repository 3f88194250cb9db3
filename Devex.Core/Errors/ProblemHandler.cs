using Devex.Core.Storage;

namespace Devex.Core.Errors;

/// <summary>Turns <see cref="ApiProblem"/> into its answer, and a store that is away into 503 rather than 500: trying again will help.</summary>
internal sealed partial class ProblemHandler(ILogger<ProblemHandler> logger) : Microsoft.AspNetCore.Diagnostics.IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception as ApiProblem ?? Unavailable(exception);
        if (problem is null)
            return false;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            LogUnavailable(logger, exception);
            context.Response.Headers.RetryAfter = "1";
        }
        await problem.ToResult().ExecuteAsync(context);
        return true;
    }

    private static ApiProblem? Unavailable(Exception exception) =>
        StorageAway.IsRedis(exception) ? Store("Redis")
        : StorageAway.IsS3(exception) ? Store("S3")
        : null;

    private static ApiProblem Store(string name) =>
        new(StatusCodes.Status503ServiceUnavailable, "store.unavailable", $"{name} does not answer at the moment. Nothing is lost; try again.");
}

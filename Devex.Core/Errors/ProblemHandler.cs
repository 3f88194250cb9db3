using Amazon.Runtime;
using Amazon.S3;
using StackExchange.Redis;

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

    private static ApiProblem? Unavailable(Exception exception) => exception switch
    {
        RedisConnectionException or RedisTimeoutException => Store("Redis"),
        AmazonS3Exception { StatusCode: 0 or >= System.Net.HttpStatusCode.InternalServerError } => Store("S3"),
        AmazonClientException => Store("S3"),
        HttpRequestException => Store("S3"),
        _ => null,
    };

    private static ApiProblem Store(string name) =>
        new(StatusCodes.Status503ServiceUnavailable, "store.unavailable", $"{name} does not answer at the moment. Nothing is lost; try again.");
}

using System.Text.Json;
using System.Threading.Channels;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Repls;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Imports.Git;

internal static class GitImportEndpoints
{
    public static void MapGitImportEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var imports = endpoints.MapGroup("/api/imports/git").WithTags("Imports").ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status502BadGateway).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        imports.MapPost("/look", LookAsync).WithName("LookAtGitRepository").WithSummary("What an import of a public Git repository would fetch. Makes nothing.");
        imports.MapPost("/", ImportAsync).WithName("ImportGitRepository")
            .WithSummary("Makes a REPL from the newest commit of a public Git repository, one JSON object per line while it goes on. Nothing in it is executed; hanging up ends it.")
            .Produces<GitImportEvent>(StatusCodes.Status200OK, "application/x-ndjson");
    }

    private static async Task<Ok<GitOffer>> LookAsync(LookAtGit request, HttpContext context, GitImporter importer, ImportQueue queue, CancellationToken cancellationToken)
    {
        using var turn = await queue.EnterAsync(context.Caller().User.Id, cancellationToken);
        return TypedResults.Ok(await importer.LookAsync(request.Url, request.Branch, cancellationToken));
    }

    private static async Task ImportAsync(
        ImportGit request, HttpContext context, GitImporter importer, ImportQueue queue, ReplViews views, CancellationToken cancellationToken)
    {
        var owner = context.Caller().User.Id;
        using var turn = await queue.EnterAsync(owner, cancellationToken);
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        // The newest alone matters: a slow reader sees fewer steps.
        var steps = Channel.CreateBounded<GitImportProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        GitImportProgress? last = null;
        async Task<GitImportEvent> RunAsync()
        {
            try
            {
                var record = await importer.ImportAsync(owner, request, step =>
                {
                    if (step != last)
                        steps.Writer.TryWrite(last = step);
                }, cancellationToken);
                return new GitImported(await views.ViewAsync(record, owner, cancellationToken));
            }
            catch (ApiProblem problem)
            {
                return new GitImportFailed(problem.Code, problem.Message);
            }
            finally
            {
                steps.Writer.Complete();
            }
        }
        var running = RunAsync();
        try
        {
            await foreach (var step in steps.Reader.ReadAllAsync(cancellationToken))
                await WriteAsync(context.Response.Body, step, cancellationToken);
        }
        finally
        {
            // Whoever has gone has ended it; its folder goes before the turn does.
            await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        await WriteAsync(context.Response.Body, await running, cancellationToken);
    }

    private static async Task WriteAsync(Stream body, GitImportEvent line, CancellationToken cancellationToken)
    {
        await JsonSerializer.SerializeAsync(body, line, HistoryJson.Default.GitImportEvent, cancellationToken);
        await body.WriteAsync("\n"u8.ToArray(), cancellationToken);
        await body.FlushAsync(cancellationToken);
    }
}

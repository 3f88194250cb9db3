using System.Net.Mime;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.History;
using Devex.Core.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Devex.Core.Accounts;

internal static class AccountEndpoints
{
    public static void MapAccountEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var me = endpoints.MapGroup("/api/me").WithTags("Me").ProducesProblem(StatusCodes.Status401Unauthorized);
        me.MapGet("/export", ExportAsync).WithName("ExportAccount").WithSummary("Everything of the reader as zip: settings, workspace and home of each REPL.")
            .Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Application.Zip);
        me.MapDelete("/", DeleteAsync).WithName("DeleteAccount").WithSummary("Deletes the reader's account; signing in again within 7 days takes it back.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden);
    }

    private static async Task ExportAsync(HttpContext context, AccountExport export, HistoryQueue queue, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        HistoryFileEndpoints.Secure(context.Response);
        context.Response.ContentType = MediaTypeNames.Application.Zip;
        context.Response.Headers.ContentDisposition = HistoryFileEndpoints.Attachment($"devex-{caller.User.Login}.zip");
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        using var turn = await queue.EnterAsync(caller.User.Id, cancellationToken);
        await export.WriteAsync(context.Response.Body, caller.User.Id, cancellationToken);
    }

    private static async Task<NoContent> DeleteAsync([FromBody] DeleteAccount request, HttpContext context, AccountDeletion deletion, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        if (caller.Scheme == Schemes.Token)
            throw ApiProblem.Forbidden("account.token", "An API token deletes no account. Sign in to do that.");
        if (request.Login != caller.User.Login)
            throw ApiProblem.Invalid("login", "account.login", $"Type your login, {caller.User.Login}, to say that you mean it.");
        await deletion.DeleteAsync(caller, cancellationToken);
        if (caller.Scheme == Schemes.Cookie)
            await context.SignOutAsync(Schemes.Cookie);
        return TypedResults.NoContent();
    }
}

using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.History;
using Devex.Core.Sessions;
using Devex.Core.Storage;
using Devex.Core.Templates;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Devex.Core.Repls;

internal static class ReplEndpoints
{
    public static void MapReplEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api").ProducesProblem(StatusCodes.Status401Unauthorized);
        api.MapGet("/me", Me).WithName("GetMe").WithTags("Me").WithSummary("The reader, their limits, and where sessions run.");
        api.MapGet("/trash", TrashAsync).WithName("ListTrash").WithTags("REPLs").WithSummary("The reader's deleted REPLs, kept for 7 days.");

        var repls = api.MapGroup("/repls").WithTags("REPLs");
        repls.MapGet("/", ListAsync).WithName("ListRepls").WithSummary("All REPLs of the reader: own first, then shared, newest opened first.");
        repls.MapPost("/", CreateAsync).WithName("CreateRepl").WithSummary("Makes a REPL from a template.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);

        var repl = repls.MapGroup("/{id}").ProducesProblem(StatusCodes.Status404NotFound);
        repl.MapGet("/", GetAsync).WithName("GetRepl").WithSummary("One REPL.");
        repl.MapPatch("/", UpdateAsync).WithName("UpdateRepl").WithSummary("Renames a REPL or changes its run command; an empty command means the template's.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict);
        repl.MapDelete("/", DeleteAsync).WithName("DeleteRepl").WithSummary("Moves a REPL to the trash; its session is saved and ended first.")
            .ProducesProblem(StatusCodes.Status403Forbidden);
        repl.MapPost("/restore", RestoreAsync).WithName("RestoreRepl").WithSummary("Brings a REPL back from the trash.")
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict);
        repl.MapPost("/start", StartAsync).WithName("StartRepl").WithSummary("Wants the REPL to run. Idempotent; progress comes as events.")
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict);
        repl.MapPost("/start-from-saved", StartFromSavedAsync).WithName("StartReplFromSaved")
            .WithSummary("Starts a REPL that is out of reach from what was saved last; what was newer becomes a restore point if its node comes back.")
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict);
        repl.MapPost("/stop", StopAsync).WithName("StopRepl").WithSummary("Wants the REPL to be saved and stopped. Idempotent.")
            .ProducesProblem(StatusCodes.Status403Forbidden);
        repl.MapPost("/fork", ForkAsync).WithName("ForkRepl").WithSummary("Makes a REPL with the same files, from the newest restore point or another.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict);
        repl.MapPost("/tickets", TicketAsync).WithName("CreateTicket").WithSummary("An entrance to the running session: one use within 60 s.")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static Ok<Me> Me(HttpContext context, IOptions<ReplLimits> limits, IOptions<S3Options> storage, ISessions sessions)
    {
        var caller = context.Caller();
        var runtime = sessions.Runtime;
        var notices = string.Join(' ', new[] { storage.Value.Notice, runtime.Notice }.OfType<string>());
        return TypedResults.Ok(new Me(
            caller.User, caller.Operator, new UserLimits(limits.Value.Repls, limits.Value.Running), runtime with { Notice = notices.Length == 0 ? null : notices }));
    }

    private static async Task<Ok<ReplList>> ListAsync(HttpContext context, ReplStore store, ReplViews views, CancellationToken cancellationToken)
    {
        var reader = context.Caller().User.Id;
        return TypedResults.Ok(new ReplList(await views.ViewAsync(await store.ListAsync(reader, cancellationToken), reader, cancellationToken)));
    }

    private static async Task<Ok<ReplList>> TrashAsync(HttpContext context, ReplStore store, ReplViews views, CancellationToken cancellationToken)
    {
        var reader = context.Caller().User.Id;
        return TypedResults.Ok(new ReplList(await views.ViewAsync(await store.ListTrashAsync(reader, cancellationToken), reader, cancellationToken)));
    }

    private static async Task<Created<Repl>> CreateAsync(
        CreateRepl request, HttpContext context, ITemplates templates, ReplMaker maker, ReplViews views, CancellationToken cancellationToken)
    {
        var owner = context.Caller().User.Id;
        var name = ReplFields.Name(request.Name);
        var template = ReplFields.Template(request.Template, templates);
        var record = await maker.MakeAsync(
            owner, template.Key, name, template.Key, null, (id, token) => maker.FromTemplateAsync(owner, id, template.Key, token), cancellationToken);
        return TypedResults.Created($"/api/repls/{record.Id}", await views.ViewAsync(record, owner, cancellationToken));
    }

    private static async Task<Ok<Repl>> GetAsync(ReplId id, HttpContext context, ReplStore store, ReplViews views, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        return TypedResults.Ok(await views.ViewAsync(await store.OpenAsync(caller, id, cancellationToken), caller.User.Id, cancellationToken));
    }

    private static async Task<Ok<Repl>> UpdateAsync(
        ReplId id, UpdateRepl request, HttpContext context, ReplStore store, ReplLife life, ReplViews views, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var name = ReplFields.Name(request.Name);
        var runCommand = ReplFields.RunCommand(request.RunCommand);
        var record = await store.OpenAsync(caller, id, cancellationToken);
        return TypedResults.Ok(await views.ViewAsync(
            await life.UpdateAsync(caller, record, name, runCommand, cancellationToken), caller.User.Id, cancellationToken));
    }

    private static async Task<NoContent> DeleteAsync(ReplId id, HttpContext context, ReplStore store, ReplLife life, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        await life.DeleteAsync(caller, await store.OpenAsync(caller, id, cancellationToken), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Repl>> RestoreAsync(
        ReplId id, HttpContext context, ReplStore store, ReplLife life, ReplViews views, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var record = await life.RestoreAsync(caller, await store.OpenTrashAsync(caller, id, cancellationToken), cancellationToken);
        return TypedResults.Ok(await views.ViewAsync(record, caller.User.Id, cancellationToken));
    }

    private static async Task<Accepted<Repl>> StartAsync(
        ReplId id, HttpContext context, ReplStore store, ReplLife life, ReplViews views, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var record = await life.StartAsync(caller, await store.OpenAsync(caller, id, cancellationToken), cancellationToken);
        return TypedResults.Accepted($"/api/repls/{id}", await views.ViewAsync(record, caller.User.Id, cancellationToken));
    }

    private static async Task<Accepted<Repl>> StartFromSavedAsync(
        ReplId id, HttpContext context, ReplStore store, ReplLife life, ReplViews views, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var record = await life.StartFromSavedAsync(caller, await store.OpenAsync(caller, id, cancellationToken), cancellationToken);
        return TypedResults.Accepted($"/api/repls/{id}", await views.ViewAsync(record, caller.User.Id, cancellationToken));
    }

    private static async Task<Accepted<Repl>> StopAsync(
        ReplId id, HttpContext context, ReplStore store, ReplLife life, ReplViews views, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var record = await life.StopAsync(caller, await store.OpenAsync(caller, id, cancellationToken), cancellationToken);
        return TypedResults.Accepted($"/api/repls/{id}", await views.ViewAsync(record, caller.User.Id, cancellationToken));
    }

    private static async Task<Created<Repl>> ForkAsync(
        ReplId id, ForkRepl? request, HttpContext context, ReplStore store, ReplMaker maker, HistoryForks history, ReplViews views,
        CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var name = ReplFields.Name(request?.Name);
        var from = await store.OpenAsync(caller, id, cancellationToken);
        var record = await maker.MakeAsync(
            caller.User.Id, from.Template, name, from.Name, from.RunCommand,
            (to, token) => request?.Point is { } point ? history.ForkAsync(from, point, to, token) : maker.ForkAsync(from, to, token), cancellationToken);
        return TypedResults.Created($"/api/repls/{record.Id}", await views.ViewAsync(record, caller.User.Id, cancellationToken));
    }

    private static async Task<Ok<SessionTicket>> TicketAsync(
        ReplId id, HttpContext context, ReplStore store, ISessions sessions, OpenedTimes times, CancellationToken cancellationToken)
    {
        var caller = context.Caller();
        var record = await store.OpenAsync(caller, id, cancellationToken);
        var ticket = await sessions.IssueTicketAsync(record, caller.User, ReplStore.RoleOf(caller.User.Id, record)!.Value, cancellationToken)
            ?? throw ApiProblem.Conflict("repl.notRunning", "The REPL does not run. Start it and wait until its state is running.");
        times.Opened(record);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(ticket);
    }
}

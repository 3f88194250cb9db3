using System.Buffers;
using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.History;
using Devex.Core.Repls;
using Devex.Core.Templates;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Devex.Core.Imports;

internal static class ImportEndpoints
{
    private const int MaxStem = 48;

    public static void MapImportEndpoints(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/api/imports", ImportAsync).WithTags("Imports").WithName("ImportArchive")
            .WithSummary("Makes a REPL from an archive: zip, tar or tar.gz as the request's body. Nothing in it is executed.")
            .Accepts<IFormFile>("application/zip", "application/x-tar", "application/gzip")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .AddEndpointFilter(TakeWholeAsync);

    /// <summary>Takes the archive to its end also where it is refused: browsers read an answer once they have sent everything, and an upload that is cut short is a lost connection to them.</summary>
    private static async ValueTask<object?> TakeWholeAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = null;
        try
        {
            return await next(invocation);
        }
        catch (ApiProblem)
        {
            var most = context.RequestServices.GetRequiredService<IOptions<ImportOptions>>().Value.ArchiveBytes;
            await DrainAsync(context.Request.Body, most, context.RequestAborted);
            throw;
        }
    }

    /// <summary>Reads and forgets what is left, up to <paramref name="most"/> bytes.</summary>
    private static async Task DrainAsync(Stream body, long most, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            while (most > 0 && await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                most -= read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<Created<Repl>> ImportAsync(
        string template, HttpContext context, ITemplates templates, ReplMaker maker, Importer importer, ImportQueue queue, ReplViews views,
        CancellationToken cancellationToken, string? name = null, string? fileName = null)
    {
        var owner = context.Caller().User.Id;
        var asked = ReplFields.Name(name);
        var known = ReplFields.Template(template, templates);
        using var turn = await queue.EnterAsync(owner, cancellationToken);
        await using var archive = await importer.ReceiveAsync(context.Request.Body, cancellationToken);
        var record = await maker.MakeAsync(
            owner, known.Key, asked, Stem(fileName) ?? known.Key, null, (id, token) => importer.ImportAsync(owner, id, known.Key, archive, token), cancellationToken);
        return TypedResults.Created($"/api/repls/{record.Id}", await views.ViewAsync(record, owner, cancellationToken));
    }

    /// <summary>A default name after the archive's; null when that makes no name.</summary>
    private static string? Stem(string? fileName)
    {
        var stem = fileName?[(fileName.LastIndexOfAny(['/', '\\']) + 1)..] ?? "";
        foreach (var end in (ReadOnlySpan<string>)[".gz", ".tgz", ".tar", ".zip"])
            stem = stem.EndsWith(end, StringComparison.OrdinalIgnoreCase) ? stem[..^end.Length] : stem;
        return ReplName.TryParse(stem.Length > MaxStem ? stem[..MaxStem] : stem, out var name, out _) ? name.Value : null;
    }
}

/// <summary>Lets each user import only so much at once.</summary>
internal sealed class ImportQueue(IOptions<ImportOptions> options)
{
    private readonly HistoryQueue _queue = new(Options.Create(new HistoryOptions { AtOnce = options.Value.AtOnce }));

    public Task<IDisposable> EnterAsync(Devex.Contracts.UserId user, CancellationToken cancellationToken) => _queue.EnterAsync(user, cancellationToken);
}

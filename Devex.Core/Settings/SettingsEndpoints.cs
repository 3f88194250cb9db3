using Devex.Contracts.Api;
using Devex.Core.Access;
using Devex.Core.Errors;
using Devex.Core.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Settings;

/// <summary>The reader's settings, kept with their record.</summary>
internal static class SettingsEndpoints
{
    private const int LeastFont = 9;
    private const int MostFont = 32;
    private const int MostTab = 8;

    public static IEndpointRouteBuilder MapSettings(this IEndpointRouteBuilder endpoints)
    {
        var settings = endpoints.MapGroup("/api/me/settings").WithTags("Me").ProducesProblem(StatusCodes.Status401Unauthorized);
        settings.MapGet("/", ReadAsync).WithName("GetSettings").WithSummary("How the reader likes the workbench.");
        settings.MapPut("/", WriteAsync).WithName("SetSettings").WithSummary("Changes all of the reader's settings.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        return endpoints;
    }

    private static async Task<Ok<UserSettings>> ReadAsync(HttpContext context, UserDirectory users, CancellationToken cancellationToken) =>
        TypedResults.Ok((await users.FindAsync(context.Caller().User.Id, cancellationToken))?.Settings ?? new UserSettings());

    private static async Task<Ok<UserSettings>> WriteAsync(UserSettings request, HttpContext context, UserDirectory users, CancellationToken cancellationToken)
    {
        if (request.FontSize is < LeastFont or > MostFont)
            throw ApiProblem.Invalid("fontSize", "settings.fontSize", $"A font has {LeastFont} to {MostFont} px.");
        if (request.TabSize is < 1 or > MostTab)
            throw ApiProblem.Invalid("tabSize", "settings.tabSize", $"A tab is 1 to {MostTab} characters wide; leave it out for what each file does.");
        if (!Enum.IsDefined(request.Keys))
            throw ApiProblem.Invalid("keys", "settings.keys", "Keys are code, vim or emacs.");
        if (request.Theme is { } theme && !Enum.IsDefined(theme))
            throw ApiProblem.Invalid("theme", "settings.theme", "A theme is dark, light or system; leave it out for what each browser was last told.");
        await users.UpdateAsync(context.Caller().User.Id, old => old.Settings == request ? old : old with { Settings = request }, cancellationToken);
        return TypedResults.Ok(request);
    }
}

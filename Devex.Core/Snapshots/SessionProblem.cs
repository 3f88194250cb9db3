using Devex.Contracts.Snapshots;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Snapshots;

/// <summary>Answers of the session listener that are no success.</summary>
internal static class SessionProblem
{
    public static IResult Unauthorized() => Create(StatusCodes.Status401Unauthorized, "session.unauthorized", "A valid token for this REPL is needed.");

    public static IResult BadRequest(string detail) => Create(StatusCodes.Status400BadRequest, "session.badRequest", detail);

    public static IResult None() => Create(StatusCodes.Status404NotFound, SnapshotProblems.None, "This REPL has no snapshot.");

    public static IResult Held() =>
        Create(StatusCodes.Status423Locked, SnapshotProblems.Held, "Another writer of this REPL may still write. Ask again.");

    public static IResult Quota(string detail) => Create(StatusCodes.Status413PayloadTooLarge, SnapshotProblems.Quota, detail);

    public static IResult Invalid(string detail) => Create(StatusCodes.Status422UnprocessableEntity, SnapshotProblems.Invalid, detail);

    public static IResult Superseded(SnapshotRoot by) => Create(
        StatusCodes.Status409Conflict, SnapshotProblems.Superseded, "Another writer has committed since.",
        new SupersededBy(by.Session, by.Incarnation, by.Attempt));

    public static IResult Condemned(IReadOnlyList<SnapshotObject> objects) => Create(
        StatusCodes.Status409Conflict, SnapshotProblems.Condemned, "The commit names objects that are about to be deleted. Pack their content anew.", condemned: objects);

    private static ProblemHttpResult Create(
        int status, string code, string detail, SupersededBy? by = null, IReadOnlyList<SnapshotObject>? condemned = null) => TypedResults.Problem(
        detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code, ["by"] = by, ["condemned"] = condemned });
}

using Microsoft.AspNetCore.Http.HttpResults;

namespace Devex.Core.Errors;

/// <summary>An answer that ends a request: RFC 9457 problem details with a stable <c>code</c>.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="code">Stable key such as <c>repl.nameTaken</c>, for programs.</param>
/// <param name="detail">What is wrong and what to do, for people.</param>
internal sealed class ApiProblem(int status, string code, string detail) : Exception(detail)
{
    public int Status => status;

    public string Code => code;

    /// <summary>The field at fault, as it is called in the request; null when none is.</summary>
    public string? Field { get; init; }

    public static ApiProblem Invalid(string field, string code, string detail) => new(StatusCodes.Status400BadRequest, code, detail) { Field = field };

    public static ApiProblem Conflict(string code, string detail, string? field = null) => new(StatusCodes.Status409Conflict, code, detail) { Field = field };

    public static ApiProblem Forbidden(string code, string detail) => new(StatusCodes.Status403Forbidden, code, detail);

    /// <summary>One answer for what is absent and for what is somebody else's: whether it exists is secret.</summary>
    public static ApiProblem NoRepl() => new(StatusCodes.Status404NotFound, "repl.notFound", "There is no such REPL, or you have no access to it.");

    public ProblemHttpResult ToResult()
    {
        var extensions = new Dictionary<string, object?> { ["code"] = Code };
        if (Field is { } field)
            extensions["errors"] = new Dictionary<string, string[]> { [field] = [Message] };
        return TypedResults.Problem(Message, statusCode: Status, extensions: extensions);
    }
}

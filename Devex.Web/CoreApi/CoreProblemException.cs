using System.Net;
using System.Text.Json;
using Devex.Web.Dashboard;

namespace Devex.Web.CoreApi;

/// <summary>A refusal by Core, in words for people.</summary>
internal sealed class CoreProblemException(HttpStatusCode status, string? code, string message) : Exception(message)
{
    public HttpStatusCode Status => status;

    /// <summary>Core's stable key, e.g. <c>repl.nameTaken</c>.</summary>
    public string? Code => code;

    public static async Task ThrowIfFailedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        string? code = null;
        var message = $"Devex could not do that ({(int)response.StatusCode}). Try again in a moment.";
        try
        {
            using var problem = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
            var root = problem.RootElement;
            code = root.TryGetProperty("code", out var c) ? c.GetString() : null;
            message = FieldErrors(root) ?? (root.TryGetProperty("detail", out var d) ? d.GetString() : null) ?? message;
            message = Ages.Shorten(message, TimeProvider.System.GetUtcNow());
        }
        catch (JsonException)
        {
            // Not Core's answer but something between; the status is all there is.
        }
        throw new CoreProblemException(response.StatusCode, code, message);
    }

    private static string? FieldErrors(JsonElement problem)
    {
        if (!problem.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Object)
            return null;
        var messages = errors.EnumerateObject().SelectMany(field => field.Value.EnumerateArray()).Select(m => m.GetString()).ToList();
        return messages.Count == 0 ? null : string.Join(" ", messages);
    }
}

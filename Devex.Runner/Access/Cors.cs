namespace Devex.Runner.Access;

/// <summary>Cross-origin headers for exactly the Web origin.</summary>
internal static class Cors
{
    public static void Allow(HttpResponse response, string webOrigin)
    {
        response.Headers.AccessControlAllowOrigin = webOrigin;
        response.Headers.AccessControlExposeHeaders = "ETag, Content-Range, Accept-Ranges, Content-Length, Content-Disposition";
        response.Headers.Vary = "Origin";
    }

    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.AccessControlRequestMethod.Count == 1;

    public static void AnswerPreflight(HttpResponse response, Route route)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.AccessControlAllowMethods = string.Join(", ", route.Methods);
        response.Headers.AccessControlAllowHeaders = "Authorization, Content-Type, If-Match, If-None-Match, If-Range, Range";
        response.Headers.AccessControlMaxAge = "600";
    }
}

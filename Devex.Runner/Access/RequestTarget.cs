using Microsoft.AspNetCore.Http.Features;

namespace Devex.Runner.Access;

/// <summary>The path of a request as it was sent, neither decoded nor normalised.</summary>
/// <param name="Path">All of it, without the query.</param>
/// <param name="First">The first segment.</param>
/// <param name="HasRest">Whether a slash follows it.</param>
/// <param name="Rest">What follows that slash.</param>
internal readonly record struct RequestTarget(string Path, string First, bool HasRest, string Rest)
{
    public static RequestTarget Parse(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = raw.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? raw : raw[..query];
        if (!path.StartsWith('/'))
            return new RequestTarget(path, "", false, "");
        var slash = path.IndexOf('/', 1);
        return slash < 0
            ? new RequestTarget(path, path[1..], false, "")
            : new RequestTarget(path, path[1..slash], true, path[(slash + 1)..]);
    }
}

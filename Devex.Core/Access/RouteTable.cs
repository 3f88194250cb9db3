using System.Collections.Frozen;
using Devex.Contracts;

namespace Devex.Core.Access;

/// <summary>
/// Every route of Core and who may call it. <see cref="RouteGuard"/> enforces it and refuses what is not in it; a test compares it with
/// the routes of the running app. Roles are checked where records are read, in <see cref="Repls.ReplStore"/>.
/// </summary>
internal static class RouteTable
{
    public static readonly IReadOnlyList<RouteAccess> All =
    [
        Anonymous("GET", "/health", "Probes come without credentials; the answer is one word."),
        Anonymous("GET", "/alive", "Probes come without credentials; the answer is one word."),
        Anonymous("GET", "/auth/session", "The sign-in page asks what to offer before anybody is signed in. Web alone reaches it."),
        Anonymous("GET", "/auth/github", "Begins signing in. Web alone reaches it."),
        Anonymous("GET", Identity.GitHubSignIn.CallbackPath, "Ends signing in; guarded by state, PKCE and the correlation cookie. Web alone reaches it."),
        Anonymous("POST", "/auth/local", "Signs in, in Development from loopback. Web alone reaches it."),
        Anonymous("POST", "/auth/signout", "Signing out twice is no error. Web alone reaches it."),
        Anonymous("GET", "/api/templates/{key}/icon", "An <img> of the gallery; templates are the same for everybody and no secret."),

        User("GET", "/api/me"),
        User("DELETE", "/api/me"),
        User("GET", "/api/me/export"),
        User("GET", "/api/antiforgery"),
        User("GET", "/api/templates"),
        User("GET", "/api/events"),
        User("GET", "/api/trash"),
        User("GET", "/api/tokens"),
        User("POST", "/api/tokens"),
        User("DELETE", "/api/tokens/{tokenId}"),
        User("GET", "/api/me/settings"),
        User("PUT", "/api/me/settings"),
        User("GET", "/api/me/environment"),
        User("PUT", "/api/me/environment/{name}"),
        User("DELETE", "/api/me/environment/{name}"),
        User("GET", "/api/repls"),
        User("POST", "/api/repls"),
        User("POST", "/api/imports"),
        User("POST", "/api/imports/git"),
        User("POST", "/api/imports/git/look"),
        User("GET", "/api/copies/{code}"),
        User("POST", "/api/copies/{code}"),
        User("GET", "/openapi/{documentName}.json"),
        User("GET", "/docs/{documentName?}"),
        User("GET", "/docs/favicon.svg"),
        User("GET", "/docs/scalar.js"),
        User("GET", "/docs/scalar.aspnetcore.js"),

        Repl("GET", "/api/repls/{id}", Role.Viewer),
        Repl("PATCH", "/api/repls/{id}", Role.Owner),
        Repl("DELETE", "/api/repls/{id}", Role.Owner),
        Repl("POST", "/api/repls/{id}/restore", Role.Owner),
        Repl("POST", "/api/repls/{id}/start", Role.Editor),
        Repl("POST", "/api/repls/{id}/start-from-saved", Role.Owner),
        Repl("POST", "/api/repls/{id}/stop", Role.Editor),
        Repl("POST", "/api/repls/{id}/fork", Role.Owner),
        Repl("POST", "/api/repls/{id}/tickets", Role.Viewer),
        Repl("POST", "/api/repls/{id}/languages/{package}", Role.Editor),
        Repl("POST", "/api/repls/{id}/previews/{port}/codes", Role.Viewer),
        Repl("GET", "/api/repls/{id}/previews/{port}/link", Role.Owner),
        Repl("PUT", "/api/repls/{id}/previews/{port}/link", Role.Owner),
        Repl("DELETE", "/api/repls/{id}/previews/{port}/link", Role.Owner),

        Repl("GET", "/api/repls/{id}/members", Role.Viewer),
        Repl("PUT", "/api/repls/{id}/members/{userId}", Role.Owner),
        Repl("DELETE", "/api/repls/{id}/members/{userId}", Role.Owner),
        Repl("DELETE", "/api/repls/{id}/membership", Role.Viewer),
        Repl("GET", "/api/repls/{id}/links", Role.Owner),
        Repl("POST", "/api/repls/{id}/links", Role.Owner),
        Repl("DELETE", "/api/repls/{id}/links/{linkId}", Role.Owner),
        User("POST", "/api/share/offer"),
        User("POST", "/api/share/redeem"),

        Repl("GET", "/api/repls/{id}/environment", Role.Editor),
        Repl("PUT", "/api/repls/{id}/environment/{name}", Role.Owner),
        Repl("DELETE", "/api/repls/{id}/environment/{name}", Role.Owner),
        Repl("GET", "/api/repls/{id}/git-credentials", Role.Editor),
        Repl("POST", "/api/repls/{id}/git-credentials", Role.Editor),
        Repl("POST", "/api/repls/{id}/git-credentials/end", Role.Editor),

        Repl("GET", "/api/repls/{id}/history", Role.Viewer),
        Repl("GET", "/api/repls/{id}/history/{point}", Role.Viewer),
        Repl("GET", "/api/repls/{id}/history/{point}/changes", Role.Viewer),
        Repl("GET", "/api/repls/{id}/history/{point}/diff", Role.Viewer),
        Repl("GET", "/api/repls/{id}/history/{point}/tree", Role.Viewer),
        Repl("GET", "/api/repls/{id}/history/{point}/entry", Role.Viewer),
        Repl("GET", "/api/repls/{id}/history/{point}/file", Role.Viewer),
        Repl("GET", "/api/repls/{id}/history/{point}/archive", Role.Viewer),
        Repl("GET", "/api/repls/{id}/history/{point}/search", Role.Viewer),
        Repl("POST", "/api/repls/{id}/history/{point}/restore", Role.Editor),
        Repl("GET", "/api/repls/{id}/copy", Role.Owner),
        Repl("POST", "/api/repls/{id}/copy", Role.Owner),

        Operator("GET", "/api/operator/sessions"),
        Operator("POST", "/api/operator/repls/{replId}/stop"),
        Operator("POST", "/api/operator/repls/{replId}/force"),
        Operator("PUT", "/api/operator/users/{userId}/suspension"),
        Operator("DELETE", "/api/operator/users/{userId}/suspension"),
        Operator("GET", "/api/operator/users/{userId}/collection"),
        Operator("POST", "/api/operator/users/{userId}/collection"),

        Gateway("GET", "/internal/gateway/sessions/{replId}"),
        Gateway("POST", "/internal/gateway/previews"),
        Gateway("POST", "/internal/gateway/previews/links"),
        Gateway("GET", "/internal/gateway/keys"),

        Session("POST", "/internal/sessions/{replId}/claims"),
        Session("POST", "/internal/sessions/{replId}/downloads"),
        Session("POST", "/internal/sessions/{replId}/uploads"),
        Session("POST", "/internal/sessions/{replId}/commits"),
        Session("POST", "/internal/sessions/{replId}/rescues"),
        Session("POST", "/internal/sessions/{replId}/progress"),
        Session("GET", "/internal/sessions/{replId}/root"),
    ];

    private static readonly FrozenDictionary<string, RouteAccess> ByRoute =
        All.ToFrozenDictionary(route => Key(route.Method, route.Pattern), StringComparer.Ordinal);

    /// <summary>The line for an endpoint and method; HEAD counts as GET. Null when it is not in the table.</summary>
    public static RouteAccess? Find(string method, RouteEndpoint endpoint) =>
        ByRoute.GetValueOrDefault(Key(HttpMethods.IsHead(method) ? HttpMethods.Get : method, PatternOf(endpoint)));

    /// <summary>The pattern of an endpoint as the table writes it: without constraints and without a slash at the end.</summary>
    public static string PatternOf(RouteEndpoint endpoint) => "/" + (endpoint.RoutePattern.RawText ?? "").Trim('/');

    private static string Key(string method, string pattern) => $"{method.ToUpperInvariant()} {pattern}";

    private static RouteAccess Anonymous(string method, string pattern, string reason) => new(method, pattern, RouteAudience.Anonymous, Reason: reason);

    private static RouteAccess User(string method, string pattern) => new(method, pattern, RouteAudience.User);

    private static RouteAccess Repl(string method, string pattern, Role least) => new(method, pattern, RouteAudience.User, least);

    private static RouteAccess Operator(string method, string pattern) => new(method, pattern, RouteAudience.Operator);

    private static RouteAccess Gateway(string method, string pattern) => new(method, pattern, RouteAudience.Gateway);

    private static RouteAccess Session(string method, string pattern) => new(method, pattern, RouteAudience.Session);
}

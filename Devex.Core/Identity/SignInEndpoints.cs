using System.Security.Claims;
using Devex.Contracts.Api;
using Devex.Core.Errors;
using Devex.Core.Storage;
using Devex.ServiceDefaults.Hosts;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Devex.Core.Identity;

/// <summary>Signing in and out. All of <c>/auth</c> is for browsers, through Web.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        var auth = endpoints.MapGroup("/auth").WithTags("Sign-in").ProducesProblem(StatusCodes.Status403Forbidden);
        auth.MapGet("/session", SessionAsync).WithName("GetSignIns").WithSummary("Which sign-ins are offered, and who is signed in.");
        auth.MapGet("/github", GitHub).WithName("SignInWithGitHub").WithSummary("Sends the browser to GitHub.")
            .Produces(StatusCodes.Status302Found).ProducesProblem(StatusCodes.Status404NotFound);
        auth.MapPost("/local", LocalAsync).WithName("SignInLocally").WithSummary("Signs in with a development identity (form: identity, returnUrl).")
            .Produces(StatusCodes.Status303SeeOther).ProducesProblem(StatusCodes.Status404NotFound);
        auth.MapPost("/signout", SignOutAsync).WithName("SignOut").WithSummary("Signs out.").Produces(StatusCodes.Status303SeeOther);
        endpoints.MapGet("/api/antiforgery", Antiforgery).WithName("GetAntiforgeryToken").WithTags("Sign-in")
            .WithSummary("The proof that cookie-authenticated state changes send back in X-Devex-Antiforgery.")
            .ProducesProblem(StatusCodes.Status401Unauthorized);
    }

    private static async Task<Ok<SignInState>> SessionAsync(
        HttpContext context, LocalIdentities local, UserDirectory users, IOptions<AuthOptions> options, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        var id = DevexClaims.UserOf(context.User);
        var user = id is { } known ? (await users.FindAsync(known, cancellationToken))?.Summary : null;
        return TypedResults.Ok(new SignInState(options.Value.GitHub.IsConfigured, local.OfferedTo(PeerOf(context)), user));
    }

    private static ChallengeHttpResult GitHub(string? returnUrl, IOptions<AuthOptions> options) =>
        options.Value.GitHub.IsConfigured
            ? TypedResults.Challenge(new AuthenticationProperties { RedirectUri = ReturnUrl.Parse(returnUrl) }, [Schemes.GitHub])
            : throw new ApiProblem(StatusCodes.Status404NotFound, "auth.notOffered", "Sign-in with GitHub is not configured: Auth:GitHub:ClientId is empty.");

    private static async Task<IResult> LocalAsync(
        HttpContext context, LocalIdentities local, UserDirectory users, AllowList allow, IOptions<HostsOptions> hosts, CancellationToken cancellationToken)
    {
        DemandOwnForm(context, hosts.Value);
        if (!context.Request.HasFormContentType)
            throw ApiProblem.Invalid("identity", "auth.identity", "Send a form with the fields identity and returnUrl.");
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var name = form["identity"].ToString();
        if (!local.OfferedTo(PeerOf(context)).Contains(name))
        {
            throw new ApiProblem(StatusCodes.Status404NotFound, "auth.notOffered",
                "This identity is not offered here. Local identities are for Development without an OAuth client, from this machine itself.");
        }
        var user = LocalIdentities.User(name);
        try
        {
            await users.SignedInAsync(user, allow.Fingerprint, cancellationToken);
        }
        catch (Exception e) when (StorageAway.Is(e))
        {
            // A person sent the form, and is shown a page.
            return SeeOther(context, ReturnUrl.OfFailure(GitHubSignIn.NoStorage, form["returnUrl"]));
        }
        await context.SignInAsync(
            Schemes.Cookie, new ClaimsPrincipal(DevexClaims.Identity(user, Schemes.Cookie)), new AuthenticationProperties { IsPersistent = true });
        return SeeOther(context, ReturnUrl.Parse(form["returnUrl"]));
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IOptions<HostsOptions> hosts)
    {
        DemandOwnForm(context, hosts.Value);
        await context.SignOutAsync(Schemes.Cookie);
        return SeeOther(context, ReturnUrl.Home);
    }

    private static Ok<AntiforgeryToken> Antiforgery(HttpContext context, IAntiforgery antiforgery)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        return TypedResults.Ok(new AntiforgeryToken(tokens.RequestToken!));
    }

    private static Peer PeerOf(HttpContext context) => context.Features.Get<Peer>() ?? throw new InvalidOperationException("Requests for /auth pass PeerAssertion first.");

    /// <summary>A form that signs in or out has no antiforgery token yet; browsers say where it came from.</summary>
    private static void DemandOwnForm(HttpContext context, HostsOptions hosts)
    {
        var headers = context.Request.Headers;
        var site = headers["Sec-Fetch-Site"].ToString();
        var origin = headers.Origin.ToString();
        if (site is not ("" or "same-origin") || (origin.Length > 0 && origin != hosts.WebOrigin) || (site.Length == 0 && origin.Length == 0))
            throw ApiProblem.Forbidden("request.crossSite", $"Only a form of {hosts.WebOrigin} may sign somebody in or out.");
    }

    private static StatusCodeHttpResult SeeOther(HttpContext context, string path)
    {
        context.Response.Headers.Location = path;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }
}

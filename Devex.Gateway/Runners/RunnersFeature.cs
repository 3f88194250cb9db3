using Devex.Contracts;
using Devex.Gateway.Forwarding;
using Devex.Gateway.Sessions;
using Devex.Gateway.Tunnels;
using Devex.ServiceDefaults.Hosts;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace Devex.Gateway.Runners;

/// <summary><c>{replId}.{ReplDomain}</c>: everything goes to <c>serve</c>, which checks tickets, tokens and origins itself.</summary>
internal static class RunnersFeature
{
    public static void AddRunners(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RunnerForwarding>();
    }

    public static void UseRunners(this WebApplication app)
    {
        var hosts = app.Services.GetRequiredService<IOptions<HostsOptions>>().Value;
        var forwarding = app.Services.GetRequiredService<RunnerForwarding>();
        app.Use((context, next) => hosts.TryParseRepl(context.Request.Host.Value, out var id)
            ? ReplId.TryParse(id, out var repl) ? forwarding.HandleAsync(context, repl) : NotFound(context)
            : next(context));
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}

internal sealed class RunnerForwarding(SessionLocations locations, SessionForwarder forwarder) : IDisposable
{
    // Routes between Core, Gateway and serve. They are signed anyhow; from outside they do not exist.
    private static readonly PathString[] Inner = ["/control", "/status", "/ports", "/requests"];

    private readonly HttpMessageInvoker _client = SessionHandler.Create(static async (location, token) => await Dialer.DialAsync(location, token));

    // WebSockets ping each 20 s, so a minute of silence is a dead peer.
    private readonly ForwarderRequestConfig _request = new() { ActivityTimeout = TimeSpan.FromSeconds(60), AllowResponseBuffering = false };

    public async Task HandleAsync(HttpContext context, ReplId id)
    {
        if (Inner.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (await locations.FindAsync(id, context.RequestAborted) is not { } location)
        {
            await AbsentAsync(context);
            return;
        }
        var error = await forwarder.SendAsync(
            context, DestinationNames.Runner(location), _client, _request, new RunnerTransformer(location), context.RequestAborted);
        // A session that has just stopped may not have been told of yet.
        if (error is ForwarderError.Request or ForwarderError.RequestCreation or ForwarderError.UpgradeRequestDestination
            && await locations.IsGoneAsync(id, context.RequestAborted) && !context.Response.HasStarted)
        {
            context.Response.Clear();
            await AbsentAsync(context);
        }
    }

    public void Dispose() => _client.Dispose();

    private static Task AbsentAsync(HttpContext context) => TypedResults.Problem(
        "No session of this REPL runs, or none that you can see. Start it from your dashboard.", statusCode: 404,
        extensions: new Dictionary<string, object?> { ["code"] = "session.absent" }).ExecuteAsync(context);
}

/// <summary>Keeps Host and Origin for <c>serve</c> to check, and takes away cookies, of which it reads none.</summary>
internal sealed class RunnerTransformer(Contracts.Gateway.SessionLocation location) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage request, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(context, request, destinationPrefix, cancellationToken);
        SessionHandler.SetLocation(request, location);
        request.Headers.Host = context.Request.Host.Value;
        request.Headers.Remove("Cookie");
        ForwardedNames.Remove(request);
    }
}

using Devex.ServiceDefaults.Errors;
using Devex.ServiceDefaults.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Devex.ServiceDefaults.Hosts;

public static class HostsExtensions
{
    internal static void AddHosts(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<HostsOptions>, HostsValidation>();
        builder.Services.AddOptions<HostsOptions>().BindConfiguration(HostsOptions.Section).ValidateOnStart();
    }

    /// <summary>
    /// Answers 421 (RFC 9110 §15.5.20) to a request whose <c>Host</c> is not one of ours, before anything reads it: a name
    /// that an attacker points at this address (DNS rebinding) reaches nothing. <c>/health</c> and <c>/alive</c> answer any Host.
    /// </summary>
    /// <param name="app">The pipeline; call this before authentication and routes.</param>
    /// <param name="isKnown">Gets the options and the Host header, which may carry a port.</param>
    public static IApplicationBuilder UseKnownHosts(this IApplicationBuilder app, Func<HostsOptions, string?, bool> isKnown)
    {
        var hosts = app.ApplicationServices.GetRequiredService<IOptions<HostsOptions>>().Value;
        return app.Use(next => context =>
            HealthEndpoints.IsHealthPath(context.Request.Path) || isKnown(hosts, context.Request.Host.Value)
                ? next(context)
                : MisdirectedAsync(context));
    }

    private static Task MisdirectedAsync(HttpContext context) => TypedResults.Problem(
        detail: $"This server does not answer for the host '{context.Request.Host.Value}'. Hosts:Web, Hosts:Repl, Hosts:Preview and Hosts:Internal say for which it does.",
        statusCode: StatusCodes.Status421MisdirectedRequest,
        extensions: new Dictionary<string, object?> { ["traceId"] = ProblemExtensions.TraceId(context) }).ExecuteAsync(context);
}

using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Devex.Core.Tests.Snapshots.Fixtures;

/// <summary>Passes requests on to a server unless the test says how they fail, and remembers them.</summary>
public sealed class FailingProxy : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly WebApplication _app;

    private FailingProxy(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>Holds a request up until it completes.</summary>
    public Func<string, string, Task> Hold { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Answers a request itself with a status; null passes it on.</summary>
    public Func<string, string, HttpStatusCode?> Fail { get; set; } = (_, _) => null;

    /// <summary>Replaces the status of an answer after the server has done its work.</summary>
    public Func<string, string, HttpStatusCode?> FailAfter { get; set; } = (_, _) => null;

    /// <summary>Passes so many bytes of an answer, of the length given, and then waits; null passes all of it at once.</summary>
    public Func<HttpRequest, long, (long Bytes, Func<Task> Wait)?> Trickle { get; set; } = (_, _) => null;

    /// <summary>Method and path of each request.</summary>
    public ConcurrentQueue<(string Method, string Path)> Requests { get; } = new();

    public static async Task<FailingProxy> StartAsync(string target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var proxy = new FailingProxy(app);
        app.Run(context => proxy.PassAsync(context, target));
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task PassAsync(HttpContext context, string target)
    {
        Requests.Enqueue((context.Request.Method, context.Request.Path));
        await Hold(context.Request.Method, context.Request.Path);
        if (Fail(context.Request.Method, context.Request.Path) is { } status)
        {
            context.Response.StatusCode = (int)status;
            return;
        }
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), target + context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent());
        if (context.Request.ContentLength is not null)
            request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values!))
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values!);
        }
        // The signature covers the host that the session asked.
        request.Headers.Host = context.Request.Host.Value;
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (FailAfter(context.Request.Method, context.Request.Path) is { } after)
        {
            context.Response.StatusCode = (int)after;
            return;
        }
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
            context.Response.Headers[name] = values.ToArray();
        if (Trickle(context.Request, response.Content.Headers.ContentLength ?? 0) is { } trickle)
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, (int)trickle.Bytes), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await trickle.Wait();
            await context.Response.Body.WriteAsync(bytes.AsMemory((int)trickle.Bytes), context.RequestAborted);
            return;
        }
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}

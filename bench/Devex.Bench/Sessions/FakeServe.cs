using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Devex.Runner.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Devex.Bench.Sessions;

/// <summary>Answers in the place of every session's <c>serve</c>, on all addresses of the cluster's Services, which are this machine's own here. In each somebody types.</summary>
internal sealed class FakeServe : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ReplId, Life> _lives = new();
    private readonly WebApplication _app;

    private FakeServe(WebApplication app) => _app = app;

    public static async Task<FakeServe> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://0.0.0.0:{SessionContainers.Port}");
        var serve = new FakeServe(app);
        app.MapGet("/status", (Delegate)serve.Status);
        app.MapPut("/control", (Delegate)serve.ControlAsync);
        await app.StartAsync();
        return serve;
    }

    /// <summary>Starts one, in place of any before; answers with its instance.</summary>
    public string Begin(ReplId id) => (_lives[id] = new Life(RandomId.New())).Instance;

    public void End(ReplId id) => _lives.TryRemove(id, out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Status(HttpContext context) => Find(context) is (var id, var life) ? Answer(id, life) : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);

    private async Task<IResult> ControlAsync(HttpContext context)
    {
        if (Find(context) is not (var id, var life))
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        var request = (await JsonSerializer.DeserializeAsync(context.Request.Body, ControlJson.Default.ControlRequest))!;
        life.Controlled |= request.WebOrigin is not null;
        life.Frozen = request.Frozen ?? life.Frozen;
        return Answer(id, life);
    }

    private static IResult Answer(ReplId id, Life life) => Results.Json(
        new SessionStatus(life.Instance, id, SessionProtocol.Version, life.Controlled, life.Frozen, null, 0, 1, ["editor"], DateTimeOffset.UtcNow, []),
        ControlJson.Default.SessionStatus);

    /// <summary>Which session is meant, and which life of it, as Core's signed request says; the signature is believed.</summary>
    private (ReplId Id, Life Life)? Find(HttpContext context)
    {
        var payload = context.Request.Headers.Authorization.ToString().Split('.')[1];
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
        var id = ReplId.Parse(claims.RootElement.GetProperty("repl").GetString()!);
        return _lives.TryGetValue(id, out var life) && (!claims.RootElement.TryGetProperty("inst", out var instance) || instance.GetString() == life.Instance)
            ? (id, life)
            : null;
    }

    private sealed class Life(string instance)
    {
        public string Instance => instance;

        public bool Controlled { get; set; }

        public bool Frozen { get; set; }
    }
}

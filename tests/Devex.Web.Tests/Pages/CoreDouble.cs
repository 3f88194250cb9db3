using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Devex.Contracts;
using Devex.Contracts.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Devex.Web.Tests.Pages;

/// <summary>Core's API over HTTP and WebSocket as far as pages ask for it: what it holds is set by the test, what it was asked is kept.</summary>
internal sealed class CoreDouble : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _ending = new();

    private CoreDouble(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public List<Repl> Repls { get; } = [];

    public List<Repl> Trash { get; } = [];

    public List<Template> Templates { get; } =
    [
        new("node", "Node.js", "A web server.", "/n.svg", null, null, ["javascript"], []),
        new("go", "Go", "A service.", "/g.svg", null, null, [], ["go"]),
    ];

    /// <summary>Answers each request instead of the usual answer, when set: status and detail of a problem.</summary>
    public (int Status, string Detail)? Problem { get; set; }

    /// <summary>Requests wait for it.</summary>
    public Task Open { get; set; } = Task.CompletedTask;

    /// <summary>What pages asked for, as <c>METHOD path body</c>, state changes only.</summary>
    public Channel<string> Asked { get; } = Channel.CreateUnbounded<string>();

    /// <summary>What is written here is sent to the pages that listen.</summary>
    public Channel<DevexEvent> Events { get; private set; } = Channel.CreateUnbounded<DevexEvent>();

    public static async Task<CoreDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var core = new CoreDouble(app);
        app.UseWebSockets();
        app.Run(core.AnswerAsync);
        await app.StartAsync();
        return core;
    }

    /// <summary>A REPL of Ada's.</summary>
    public static Repl Repl(string name, ReplState state = ReplState.Stopped, string? problem = null, string? preview = null) => new(
        ReplId.New(), name, "node", new UserSummary(UserId.Parse("local-ada"), "ada", "Ada", null), Role.Owner, state,
        DateTimeOffset.UnixEpoch, null, null, problem, null, "node index.js", "index.js", [], preview);

    /// <summary>A REPL of Grace's, in which Ada and some others have a role.</summary>
    public static Repl Lent(string name, Role role = Role.Viewer)
    {
        Member[] members = [.. ((string[])["ada", "alan", "linus", "barbara"]).Select(who => new Member(Person(who), role))];
        return Repl(name, ReplState.Running) with { Owner = Person("grace"), Role = role, Members = members };
    }

    private static UserSummary Person(string login) => new(UserId.Parse($"local-{login}"), login, char.ToUpperInvariant(login[0]) + login[1..], null);

    /// <summary>Loses every events connection; the next one begins with a snapshot of what is held then.</summary>
    public void LoseEvents()
    {
        var lost = Events;
        Events = Channel.CreateUnbounded<DevexEvent>();
        lost.Writer.Complete();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        Events.Writer.TryComplete();
        await _app.DisposeAsync();
        _ending.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Path == "/api/events")
        {
            await SendEventsAsync(context);
            return;
        }
        if (!HttpMethods.IsGet(request.Method))
        {
            using var reader = new StreamReader(request.Body);
            Asked.Writer.TryWrite($"{request.Method} {request.Path} {await reader.ReadToEndAsync()}".TrimEnd());
        }
        await Open.WaitAsync(_ending.Token);
        if (Problem is var (status, detail))
        {
            await Results.Problem(detail, statusCode: status).ExecuteAsync(context);
            return;
        }
        var path = request.Path.ToString();
        IResult result = path switch
        {
            "/api/templates" => Results.Json(new TemplateList(Templates), ApiJson.Default.TemplateList),
            "/api/me" => Results.Json(Me(), ApiJson.Default.Me),
            "/api/trash" => Results.Json(new ReplList(Trash), ApiJson.Default.ReplList),
            "/api/repls" when HttpMethods.IsGet(request.Method) => Results.Json(new ReplList(Repls), ApiJson.Default.ReplList),
            "/api/repls" => Results.Json(Repl("made"), ApiJson.Default.Repl, statusCode: StatusCodes.Status201Created),
            _ => Results.NoContent(),
        };
        await result.ExecuteAsync(context);
    }

    private async Task SendEventsAsync(HttpContext context)
    {
        await Open.WaitAsync(_ending.Token);
        if (Problem is not null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        var events = Events;
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await SendAsync(new ReplsSnapshot([.. Repls]));
        await foreach (var next in events.Reader.ReadAllAsync(_ending.Token))
            await SendAsync(next);
        socket.Abort();

        Task SendAsync(DevexEvent next) => socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(next, ApiJson.Default.DevexEvent), WebSocketMessageType.Text, true, _ending.Token);
    }

    private static Me Me() => new(
        new UserSummary(UserId.Parse("local-ada"), "ada", "Ada", null), false, new UserLimits(10, 3), new RuntimeInfo("process", true, null));
}

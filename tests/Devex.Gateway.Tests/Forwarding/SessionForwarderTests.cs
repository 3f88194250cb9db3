using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Devex.Gateway.Forwarding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using Yarp.ReverseProxy.Forwarder;

namespace Devex.Gateway.Tests.Forwarding;

/// <summary>What operators are told of connections that break, by real servers on either side of YARP.</summary>
public sealed class SessionForwarderTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _warnings = new();
    private readonly TaskCompletionSource<HttpContext> _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ForwarderError> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly WebApplication _session;
    private readonly WebApplication _gateway;
    private string? _destination;

    public SessionForwarderTests()
    {
        _session = Create(static _ => { });
        _session.Run(async context =>
        {
            var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            context.RequestAborted.Register(gone.SetResult);
            var body = context.Features.GetRequiredFeature<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade ? await upgrade.UpgradeAsync() : context.Response.Body;
            await body.WriteAsync("begun"u8.ToArray(), Cancelled);
            await body.FlushAsync(Cancelled);
            _reached.SetResult(context);
            await gone.Task;
        });
        _gateway = Create(builder =>
        {
            builder.AddForwarding();
            // As in the Gateway: so Kestrel's reads fail before the request is said to be aborted.
            builder.WebHost.UseSockets(static sockets => sockets.UnsafePreferInlineScheduling = true);
            builder.Logging.AddProvider(new Warnings(_warnings));
        });
        var forwarder = _gateway.Services.GetRequiredService<SessionForwarder>();
        _gateway.Run(async context => _ended.SetResult(await forwarder.SendAsync(
            context, _destination ?? _session.Urls.First(), _client, ForwarderRequestConfig.Empty, HttpTransformer.Default, context.RequestAborted)));
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _session.StartAsync(Cancelled);
        await _gateway.StartAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _session.DisposeAsync();
        _client.Dispose();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_browser_that_is_killed_is_no_warning(bool webSocket, bool reset)
    {
        using (var browser = await AskAsync(webSocket))
        {
            await BegunAsync(browser);
            if (reset)
                browser.LingerState = new LingerOption(true, 0);
        }
        Assert.NotEqual(ForwarderError.None, await _ended.Task.WaitAsync(Soon, Cancelled));
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_that_breaks_off_is_one(bool webSocket)
    {
        using var browser = await AskAsync(webSocket);
        await BegunAsync(browser);
        (await _reached.Task.WaitAsync(Soon, Cancelled)).Abort();
        var error = await _ended.Task.WaitAsync(Soon, Cancelled);
        Assert.Equal(webSocket ? ForwarderError.UpgradeResponseDestination : ForwarderError.ResponseBodyDestination, error);
        Assert.Equal($"{typeof(SessionForwarder).FullName}: Forwarding to repl.localhost failed: {error}", Assert.Single(_warnings));
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_one()
    {
        _destination = "http://127.0.0.1:1";
        using var browser = await AskAsync(webSocket: false);
        Assert.Equal(ForwarderError.Request, await _ended.Task.WaitAsync(Soon, Cancelled));
        Assert.Contains("Forwarding to repl.localhost failed", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    private static WebApplication Create(Action<WebApplicationBuilder> add)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        add(builder);
        return builder.Build();
    }

    private async Task<Socket> AskAsync(bool webSocket)
    {
        var browser = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await browser.ConnectAsync(IPAddress.Loopback, new Uri(_gateway.Urls.First()).Port, Cancelled);
        var upgrade = webSocket ? "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" : "";
        await browser.SendAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: repl.localhost\r\n{upgrade}\r\n"), Cancelled);
        return browser;
    }

    /// <summary>The answer is on its way through.</summary>
    private static async Task BegunAsync(Socket browser)
    {
        var (text, buffer) = ("", new byte[1024]);
        while (!text.Contains("begun", StringComparison.Ordinal))
        {
            var read = await browser.ReceiveAsync(buffer, Cancelled);
            Assert.NotEqual(0, read);
            text += Encoding.ASCII.GetString(buffer, 0, read);
        }
    }

    /// <summary>Keeps what is at least a warning, whoever says it.</summary>
    private sealed class Warnings(ConcurrentQueue<string> lines) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Category(categoryName, lines);

        public void Dispose()
        {
        }

        private sealed class Category(string name, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{name}: {formatter(state, exception)}");
        }
    }
}

using Devex.Dashboard.Access;
using Devex.Dashboard.AppHost;
using Devex.Dashboard.Telemetry;
using Devex.Hosting.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Devex.Dashboard.Tests;

/// <summary>A dashboard in this process on free ports, with an AppHost that only notes what it is asked.</summary>
internal sealed class DashboardUnderTest : IAsyncDisposable
{
    public const string Token = "a-token";
    public const string Key = "a-key";

    private readonly WebApplication _app;

    private DashboardUnderTest(WebApplication app)
    {
        _app = app;
        Options = app.Services.GetRequiredService<DashboardOptions>();
        Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new($"http://localhost:{Options.Port}") };
    }

    public DashboardOptions Options { get; }

    public HttpClient Http { get; }

    public TelemetryStore Telemetry => _app.Services.GetRequiredService<TelemetryStore>();

    public ResourceStore Resources => _app.Services.GetRequiredService<ResourceStore>();

    public static async Task<DashboardUnderTest> StartAsync(params string[] more)
    {
        var app = DashboardApplication.Build([$"--Dashboard:Token={Token}", $"--Dashboard:OtlpKey={Key}", "--Dashboard:Application=Sample", .. more], services =>
        {
            services.RemoveAll<IHostedService>();
            services.AddSingleton<IAppHost, FakeAppHost>();
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    public static Uri Otlp(int port, string path = "/") => new($"http://localhost:{port}{path}");

    /// <summary>Waits until something has arrived, which exporters send in their own time.</summary>
    public static async Task UntilAsync(Func<bool> arrived)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!arrived())
        {
            await tick.WaitForNextTickAsync(limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}

internal sealed class FakeAppHost : IAppHost
{
    public List<string> Asked { get; } = [];

    public AnswerMessage Answer { get; set; } = new(1, true, null);

    public Task<AnswerMessage> ExecuteAsync(string resource, string command)
    {
        Asked.Add($"{command} {resource}");
        return Task.FromResult(Answer);
    }

    public Task<AnswerMessage> GiveAsync(string parameter, string value, bool keep)
    {
        Asked.Add($"{parameter}={value}{(keep ? ", kept" : "")}");
        return Task.FromResult(Answer);
    }
}

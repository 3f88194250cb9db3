using Devex.Core.Sessions;
using Devex.Core.Snapshots;
using Devex.Core.Templates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Devex.Core.Tests.Fixtures;

/// <summary>A replica of the real Core on a loopback port, with <see cref="FakeEngine"/> behind it.</summary>
internal sealed class CoreHost : IAsyncDisposable
{
    public const string WebOrigin = "http://localhost:8080";

    public static readonly string Secret = new('k', 40);

    private readonly RecordedLog _log;

    private CoreHost(WebApplication app, FakeEngine engine, RecordedLog log, string bucket)
    {
        App = app;
        Engine = engine;
        _log = log;
        Bucket = bucket;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public WebApplication App { get; }

    public FakeEngine Engine { get; }

    public string Bucket { get; }

    /// <summary>Everything of Core's own that was logged so far.</summary>
    public IReadOnlyCollection<string> Logged => _log.Lines;

    /// <summary>Where the API listens. Requests carry Web's name as Host, as Web forwards it.</summary>
    public Uri Address { get; }

    public IServiceProvider Services => App.Services;

    public static async Task<CoreHost> StartAsync(
        Stores stores, FakeEngine? engine = null, IReadOnlyDictionary<string, string?>? settings = null, string? bucket = null)
    {
        engine ??= new FakeEngine();
        var log = new RecordedLog();
        var app = Create(engine, (await SettingsAsync(stores, bucket ?? "devex")).Concat(settings ?? new Dictionary<string, string?>()), log);
        await app.StartAsync();
        return new CoreHost(app, engine, log, bucket ?? "devex");
    }

    public static WebApplication Create(FakeEngine? engine, IEnumerable<KeyValuePair<string, string?>> settings, ILoggerProvider? log = null)
    {
        string[] args = [.. settings.GroupBy(setting => setting.Key).Select(same => $"--{same.Key}={same.Last().Value}")];
        return CoreApplication.Create(args, builder =>
        {
            builder.Logging.ClearProviders();
            if (log is not null)
                builder.Logging.AddProvider(log);
            builder.Services.AddSingleton<ISessions>(engine!);
            builder.Services.AddSingleton<IStoppedRepls>(engine!);
            builder.Services.AddSingleton<ISnapshots>(engine!);
            builder.Services.AddSingleton<ITemplates>(engine!);
        });
    }

    public static async Task<Dictionary<string, string?>> SettingsAsync(Stores stores, string bucket)
    {
        var redis = await stores.StartAsync(bucket);
        return new()
        {
            ["environment"] = "Development",
            ["urls"] = "http://127.0.0.1:0",
            ["ConnectionStrings:redis"] = redis.ConnectionString,
            ["S3:ServiceUrl"] = stores.S3.ServiceUrl,
            ["S3:AccessKey"] = stores.S3.AccessKey,
            ["S3:SecretKey"] = stores.S3.SecretKey,
            ["S3:Region"] = stores.S3.Region,
            ["S3:Bucket"] = bucket,
            ["Keys:Ticket"] = Secret,
            ["Keys:Secrets"] = Secret,
            ["Keys:Web"] = Secret,
            ["Keys:Gateway"] = Secret,
            ["Hosts:Web"] = WebOrigin,
        };
    }

    /// <summary>A client without cookies or redirects.</summary>
    public HttpClient Client()
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };
        client.DefaultRequestHeaders.Host = "localhost:8080";
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
    }
}

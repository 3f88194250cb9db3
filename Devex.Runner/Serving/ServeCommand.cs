using System.Net;
using Devex.Runner.Access;
using Devex.Runner.Control;
using Devex.Runner.Documents;
using Devex.Runner.Files;
using Devex.Runner.Git;
using Devex.Runner.Languages;
using Devex.Runner.Measuring;
using Devex.Runner.Ports;
using Devex.Runner.Programs;
using Devex.Runner.Requests;
using Devex.Runner.Saves;
using Devex.Runner.Searching;
using Devex.Runner.Sessions;
using Devex.Runner.Terminals;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Devex.Runner.Serving;

/// <summary><c>serve</c>: the program inside a session. Runs user code, so it holds no credential and calls nobody.</summary>
internal static class ServeCommand
{
    private const int BadUsage = 2;

    /// <summary>Serves until SIGTERM or <paramref name="cancellation"/>. Exit codes: 0 done, 2 bad usage.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellation)
    {
        try
        {
            SocketThreads.Use();
            var options = ServeOptions.FromEnvironment(Environment.GetEnvironmentVariable);
            await using var app = Build(options);
            await app.StartAsync(cancellation);
            ServeLog.Ready(app.Logger, options.Listen);
            await app.WaitForShutdownAsync(cancellation);
            return 0;
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return BadUsage;
        }
    }

    private static WebApplication Build(ServeOptions options)
    {
        // No configuration files, no variables read as settings, no event log: a session's environment is not ours.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = "/" });
        builder.Logging.AddProvider(new StandardErrorLoggers(TimeProvider.System)).SetMinimumLevel(LogLevel.Information);
        builder.WebHost.UseKestrelCore();
        // A keystroke passes Kestrel's queues in and out, and each would hand it to another thread: see SocketThreads.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options.Listen));
        AddServe(builder.Services, options);

        var app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(20) });
        app.Run(app.Services.GetRequiredService<ServeHost>().HandleAsync);
        return app;
    }

    private static void AddServe(IServiceCollection services, ServeOptions options)
    {
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<SessionState>();
        services.AddSingleton<SessionHub>();
        services.AddSingleton<Measurements>();
        services.AddSingleton<MethodTable>();
        services.AddSingleton<SessionEndpoint>();
        services.AddSingleton<ControlEndpoint>();
        services.AddSingleton<ProgramTable>();
        services.AddSingleton<RouteTable>();
        services.AddSingleton<TokenVerifier>();
        services.AddSingleton<ControlSignature>();
        services.AddSingleton<Tickets>();
        services.AddSingleton<AccessChanges>();
        services.AddSingleton<ConnectionTokens>();
        services.AddSingleton<Gate>();
        services.AddFiles();
        services.AddPorts();
        services.AddRequests();
        services.AddDocuments();
        services.AddTerminals();
        services.AddSaves();
        services.AddSearch();
        services.AddGit();
        services.AddLanguages();
        services.AddSingleton(_ => new IdleMemory(TimeProvider.System, ProcessMemory.GiveBack));
        services.AddSingleton<ServeHost>();
        services.AddHostedService(provider => provider.GetRequiredService<ServeHost>());
    }

    private static void Listen(KestrelServerOptions kestrel, string address)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        if (address.StartsWith("unix:", StringComparison.Ordinal))
        {
            var path = address["unix:".Length..];
            File.Delete(path);
            kestrel.ListenUnixSocket(path, Http1);
        }
        else if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == "http" && IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip))
        {
            kestrel.Listen(ip, uri.Port, Http1);
        }
        else
        {
            throw new UsageException("DEVEX_LISTEN must be unix:/path or http://address:port.");
        }

        static void Http1(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http1;
            KeptOutput.Use(listen);
        }
    }
}

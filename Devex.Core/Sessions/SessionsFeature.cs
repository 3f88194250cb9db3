using Devex.Core.Sessions.Control;
using Devex.Core.Sessions.Steps;
using Devex.Core.Sessions.Store;
using Devex.Core.Snapshots;

namespace Devex.Core.Sessions;

internal static class SessionsFeature
{
    /// <summary>What is known of sessions and how they are spoken to, for whoever else needs it.</summary>
    public static IHostApplicationBuilder AddSessionRecords(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ISessionStore, RedisSessionStore>();
        builder.Services.AddSingleton<ISessionControl, ControlClient>();
        builder.Services.AddSingleton<ILocationEvents, RedisLocationEvents>();
        return builder;
    }

    /// <summary>The life of REPLs: records, reconciler, control. Needs <see cref="IReplRecords"/> of the REPLs' store.</summary>
    public static IHostApplicationBuilder AddSessions(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SessionsOptions>().BindConfiguration("Sessions");
        // Saving at the end of the stack has no time limit.
        services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        services.AddSingleton<ISessionLeases, RedisSessionLeases>();
        services.AddSingleton<ISessionSignals, RedisSessionSignals>();
        services.AddSessionEngine();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<ISessions, SessionService>();
        services.AddSingleton<IStoppedRepls, StoppedRepls>();
        services.AddSingleton<ISnapshotEvents, SnapshotListener>();
        services.AddSingleton<ISaveAttempts, SaveAttempts>();
        services.AddHostedService(provider => provider.GetRequiredService<Reconciler>());
        services.AddHostedService<EndSessionsOnInterrupt>();
        return builder;
    }

    public static IEndpointRouteBuilder MapSessions(this IEndpointRouteBuilder endpoints) => endpoints;
}

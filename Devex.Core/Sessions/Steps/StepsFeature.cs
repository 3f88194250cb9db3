namespace Devex.Core.Sessions.Steps;

internal static class StepsFeature
{
    /// <summary>The engine with its steps.</summary>
    public static IServiceCollection AddSessionEngine(this IServiceCollection services) => services
        .AddSingleton<CollectedTelemetry>()
        .AddMetrics()
        .AddSingleton<SessionMetrics>()
        .AddSingleton<StepRecorder>()
        .AddSingleton<StartSteps>()
        .AddSingleton<WatchStep>()
        .AddSingleton<RecoverySteps>()
        .AddSingleton<FreezeSteps>()
        .AddSingleton<SaveStep>()
        .AddSingleton<EndSteps>()
        .AddSingleton<SessionEngine>();
}

namespace Devex.Core.Environments;

internal static class EnvironmentsFeature
{
    public static IHostApplicationBuilder AddEnvironments(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SecretBox>();
        builder.Services.AddSingleton<Variables>();
        builder.Services.AddSingleton<ISessionVariables, SessionEnvironment>();
        return builder;
    }
}

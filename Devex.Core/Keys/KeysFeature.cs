namespace Devex.Core.Keys;

internal static class KeysFeature
{
    public static IHostApplicationBuilder AddKeys(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<CoreKeys>();
        builder.Services.AddSingleton<TokenSigner>();
        return builder;
    }
}

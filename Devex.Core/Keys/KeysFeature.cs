using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Devex.Core.Keys;

internal static class KeysFeature
{
    public static IHostApplicationBuilder AddKeys(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<CoreKeys>();
        builder.Services.AddSingleton<TokenSigner>();
        builder.Services.AddSingleton<ServiceAssertions>();
        return builder;
    }
}

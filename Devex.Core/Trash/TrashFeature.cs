namespace Devex.Core.Trash;

internal static class TrashFeature
{
    public static IHostApplicationBuilder AddTrash(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ReplRemoval>();
        builder.Services.AddSingleton<TrashExpiry>();
        builder.Services.AddHostedService(services => services.GetRequiredService<TrashExpiry>());
        return builder;
    }
}

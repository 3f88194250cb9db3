namespace Devex.Core.Accounts;

internal static class AccountsFeature
{
    /// <summary>Taking everything along, and leaving.</summary>
    public static IHostApplicationBuilder AddAccounts(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AccountExport>();
        builder.Services.AddSingleton<AccountDeletion>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<AccountDeletion>());
        return builder;
    }

    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapAccountEndpoints();
        return endpoints;
    }
}

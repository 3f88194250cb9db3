using Microsoft.Extensions.Options;

namespace Devex.Core.GitCredentials;

internal static class GitCredentialsFeature
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private const int LargestAnswer = 1 << 20;

    public static IHostApplicationBuilder AddGitCredentials(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<GitHubAppOptions>().BindConfiguration("GitHub:App").ValidateOnStart();
        services.AddSingleton<IValidateOptions<GitHubAppOptions>, GitHubAppOptionsValidation>();
        services.AddHttpClient(GitHubApp.ClientName, client =>
        {
            client.Timeout = Patience;
            client.MaxResponseContentBufferSize = LargestAnswer;
        })
            // Where a repository has moved is for its people to say; and nothing follows with a token to wherever an answer points.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
            .RemoveAllLoggers();
        services.AddSingleton<GitHubApp>();
        services.AddSingleton<IssuedTokens>();
        services.AddHostedService(provider => provider.GetRequiredService<IssuedTokens>());
        return builder;
    }
}

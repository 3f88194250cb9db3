using System.Net;
using Devex.Core.Imports.Git;
using Devex.Core.Snapshots;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Devex.Core.Imports;

internal static class ImportsFeature
{
    /// <summary>REPLs from archives and public repositories. To be added after what keeps files.</summary>
    public static IHostApplicationBuilder AddImports(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ImportOptions>().BindConfiguration("Imports");
        services.AddOptions<SpaceLimits>().BindConfiguration("Limits");
        services.TryAddSingleton<ISpaceUse, NoSpaceUse>();
        services.TryAddSingleton<SpaceAllowance>();
        services.AddSingleton<Importer>();
        services.AddSingleton<ImportQueue>();
        services.AddOptions<GitOptions>().BindConfiguration("Imports:Git")
            .Validate(options => !options.Loopback || builder.Environment.IsDevelopment(), "Imports:Git:Loopback is for tests, and taken in Development only.").ValidateOnStart();
        services.TryAddSingleton<ResolveHost>(Dns.GetHostAddressesAsync);
        services.AddSingleton(provider => new GitHosts(provider.GetRequiredService<ResolveHost>(), provider.GetRequiredService<IOptions<GitOptions>>().Value.Loopback));
        services.AddSingleton<GitProgram>();
        services.AddSingleton<GitRemote>();
        services.AddSingleton<GitImporter>();
        services.AddHostedService<CloneSweep>();
        return builder;
    }

    public static IEndpointRouteBuilder MapImports(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapImportEndpoints();
        endpoints.MapGitImportEndpoints();
        return endpoints;
    }
}

using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

namespace Devex.Hosting.Publishing;

/// <summary>
/// What the command line asks of a publication. The same three forms as Aspire's, which mean the same:
/// <c>--publisher manifest --output-path P</c>, <c>--operation publish --step publish-manifest --output-path P</c>, and
/// <c>--operation publish --publisher manifest --output-path P</c>.
/// </summary>
internal sealed record PublishOptions(string ManifestPath)
{
    private const string Publisher = "manifest";
    private const string Step = "publish-manifest";
    private const string DefaultName = "aspire-manifest.json";

    /// <exception cref="DistributedApplicationException">Something is asked that is not the manifest, or no place is named.</exception>
    public static PublishOptions Read(IConfiguration configuration)
    {
        var publisher = configuration["Publishing:Publisher"] ?? configuration["publisher"];
        var step = configuration["step"];
        if (publisher is null ? step != Step : publisher != Publisher || step is not (null or Step))
        {
            throw new DistributedApplicationException(
                $"Only the manifest can be published here: `-- --publisher {Publisher} --output-path manifest.json`. Everything else needs -p:AppHost=aspire.");
        }

        if ((configuration["Publishing:OutputPath"] ?? configuration["output-path"]) is not { Length: > 0 } output)
        {
            throw new DistributedApplicationException("Say where the manifest goes: `-- --publisher manifest --output-path manifest.json`.");
        }

        var path = Path.GetFullPath(output);
        return new(path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? path : Path.Combine(path, DefaultName));
    }
}

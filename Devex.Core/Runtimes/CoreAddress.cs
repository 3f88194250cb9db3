namespace Devex.Core.Runtimes;

/// <summary>Where restore, saver and save reach Core's session listener.</summary>
internal sealed class CoreAddress(IConfiguration configuration)
{
    public string SessionUrl => configuration["Core:SessionUrl"] is { Length: > 0 } url
        ? url
        : $"http://127.0.0.1:{configuration["Core:SessionPort"] ?? "7071"}";
}

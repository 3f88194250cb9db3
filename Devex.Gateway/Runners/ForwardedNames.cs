namespace Devex.Gateway.Runners;

/// <summary>Headers by which a proxy speaks of a client. What a client sends of itself goes no further.</summary>
internal static class ForwardedNames
{
    private static readonly string[] Names = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Real-IP", "Devex-Peer"];

    public static void Remove(HttpRequestMessage request)
    {
        foreach (var name in Names)
            request.Headers.Remove(name);
    }
}

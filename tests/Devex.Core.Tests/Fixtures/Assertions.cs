using Devex.Contracts.Tokens;
using Devex.ServiceDefaults.Tokens;

namespace Devex.Core.Tests.Fixtures;

/// <summary>What Web and Gateway sign.</summary>
internal static class Assertions
{
    private static readonly ServiceTokens Web = new(CoreHost.Secret, "devex web assertion", TimeProvider.System);
    private static readonly ServiceTokens GatewayTokens = new(CoreHost.Secret, "devex gateway assertion", TimeProvider.System);

    public static string Peer(string address = "127.0.0.1") => Web.Sign(Audiences.Peer, new Dictionary<string, object> { ["peer"] = address });

    public static string User(string id) => Web.Sign(Audiences.Web, new Dictionary<string, object> { ["sub"] = id, ["login"] = id, ["name"] = id });

    public static string Gateway() => GatewayTokens.Sign(Audiences.Gateway, new Dictionary<string, object>());
}

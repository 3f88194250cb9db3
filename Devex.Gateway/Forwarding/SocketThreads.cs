using System.Globalization;

namespace Devex.Gateway.Forwarding;

/// <summary>
/// Has what comes over a socket passed on by the thread that was told of it, and not by one of the pool that it wakes for that: what goes through the Gateway is
/// neither computed nor waited for. Nothing in the Gateway may block on these threads; who must wait for something awaits it.
/// </summary>
internal static class SocketThreads
{
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string Count = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    /// <summary>Before the first socket. .NET reads this once from its environment and has no setting of it; what an operator set there counts.</summary>
    public static void Use()
    {
        Default(Inline, "1");
        // One that is held up must not be the only one.
        Default(Count, Math.Max(2, Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture));
    }

    private static void Default(string variable, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
            Environment.SetEnvironmentVariable(variable, value);
    }
}

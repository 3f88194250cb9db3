namespace Devex.Testing;

/// <summary>The Redis servers that Devex promises to work with and that a machine without containers can run.</summary>
public enum RedisKind
{
    /// <summary>Debian's redis-server.</summary>
    Redis,

    /// <summary>Microsoft Garnet, as our program Devex.EmbeddedRedis.</summary>
    Garnet,
}

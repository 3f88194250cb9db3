namespace Devex.Contracts.Protocol;

/// <summary>Codes of JSON-RPC errors. Positive ones are Devex's own, chosen after the HTTP status that says the same.</summary>
public static class ErrorCodes
{
    /// <summary>The frame is not JSON.</summary>
    public const int ParseError = -32700;

    /// <summary>The frame is not a JSON-RPC request.</summary>
    public const int InvalidRequest = -32600;

    /// <summary>No such method.</summary>
    public const int MethodNotFound = -32601;

    /// <summary>Parameters are missing or malformed.</summary>
    public const int InvalidParams = -32602;

    /// <summary>A fault of ours.</summary>
    public const int InternalError = -32603;

    /// <summary>A path or name that cannot be; <c>data.path</c>.</summary>
    public const int BadPath = 400;

    /// <summary>The role does not allow it.</summary>
    public const int Forbidden = 403;

    /// <summary>No such file, document or terminal.</summary>
    public const int NotFound = 404;

    /// <summary>It exists already, or is not the version that was expected.</summary>
    public const int Conflict = 409;

    /// <summary>Too large for this operation; <c>data.limit</c> in bytes.</summary>
    public const int TooLarge = 413;

    /// <summary>Not text, or not of the kind asked for.</summary>
    public const int WrongKind = 415;

    /// <summary>The session is frozen while it is saved and stopped.</summary>
    public const int Frozen = 423;

    /// <summary>Too many at once; ask again later.</summary>
    public const int TooMany = 429;

    /// <summary>No room left in the workspace.</summary>
    public const int Full = 507;
}

namespace Devex.Runner.Languages;

/// <summary>Error codes of the Language Server Protocol that <c>serve</c> answers with.</summary>
internal static class LspErrors
{
    public const int MethodNotFound = -32601;

    /// <summary>The text is another by now: ask again.</summary>
    public const int ContentModified = -32801;

    /// <summary>There is no server that could answer.</summary>
    public const int ServerCancelled = -32802;

    public const int RequestFailed = -32803;
}

namespace Devex.Runner.Languages;

internal static partial class LanguageServerLog
{
    [LoggerMessage(1, LogLevel.Warning, "The language server {Server} {Why}.")]
    public static partial void Ended(ILogger logger, string server, string why);
}

using Devex.Contracts;

namespace Devex.Core.Operators;

internal sealed partial class OperatorActs
{
    [LoggerMessage(LogLevel.Information, "Operator {Operator} listed {Count} sessions")]
    private partial void LogListed(UserId @operator, int count);

    [LoggerMessage(LogLevel.Warning, "Operator {Operator} stops {ReplId} of {Owner}")]
    private partial void LogStopped(UserId @operator, ReplId replId, UserId owner);

    [LoggerMessage(LogLevel.Warning, "Operator {Operator} ends the session of {ReplId} of {Owner} by force. Lost: {Lost}")]
    private partial void LogForced(UserId @operator, ReplId replId, UserId owner, string lost);

    [LoggerMessage(LogLevel.Warning, "Operator {Operator} suspends {User}, whose {Count} sessions are stopped")]
    private partial void LogSuspended(UserId @operator, UserId user, int count);

    [LoggerMessage(LogLevel.Warning, "Operator {Operator} lets {User} in again")]
    private partial void LogReinstated(UserId @operator, UserId user);

    [LoggerMessage(LogLevel.Warning, "{User} could not be shown out of {ReplId}: {Why}")]
    private partial void LogNotShownOut(UserId user, ReplId replId, string why);
}

using Devex.Contracts;
using Devex.Contracts.Protocol;

namespace Devex.Core.GitCredentials;

internal static partial class GitCredentialLog
{
    [LoggerMessage(1, LogLevel.Information, "{User} was given a token for a {Operation} with {Repository} in {Repl}.")]
    public static partial void Given(ILogger logger, UserId user, GitOperation operation, GitHubRepository repository, ReplId repl);
}

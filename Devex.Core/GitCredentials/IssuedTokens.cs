using System.Collections.Concurrent;
using Devex.Contracts;
using Devex.Core.Errors;

namespace Devex.Core.GitCredentials;

/// <summary>
/// Tokens that this Core got and nobody has said to be done with, in memory alone. Whoever does not come back to say so is not waited for longer than an operation may take; a Core that
/// ends takes its tokens with it; those of one that dies end at GitHub after an hour.
/// </summary>
internal sealed partial class IssuedTokens(GitHubApp app, TimeProvider time, ILogger<IssuedTokens> logger) : IHostedService, IDisposable
{
    /// <summary>Longer than a session gives git for one operation.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(35);

    private const int MostOfUser = 10;

    private static readonly TimeSpan AtTheEnd = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, (UserId User, ITimer Timer)> _tokens = new(StringComparer.Ordinal);

    /// <exception cref="ApiProblem">429: the person has that many already.</exception>
    public void EnsureFew(UserId user)
    {
        if (_tokens.Values.Count(issued => issued.User == user) >= MostOfUser)
            throw new ApiProblem(StatusCodes.Status429TooManyRequests, "gitCredentials.many", $"You have {MostOfUser} tokens in use. Let an operation end first.");
    }

    public void Add(UserId user, string token) =>
        _tokens[token] = (user, time.CreateTimer(_ => _ = EndQuietlyAsync(token, CancellationToken.None), null, Longest, Timeout.InfiniteTimeSpan));

    /// <summary>Ends a token, whichever Core got it.</summary>
    /// <exception cref="ApiProblem">GitHub does not answer; it will be tried again.</exception>
    public async Task EndAsync(string token, CancellationToken cancellationToken)
    {
        await app.RevokeAsync(token, cancellationToken);
        if (_tokens.TryRemove(token, out var issued))
            await issued.Timer.DisposeAsync();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AtTheEnd);
        await Task.WhenAll(_tokens.Keys.Select(token => EndQuietlyAsync(token, limit.Token)));
    }

    public void Dispose()
    {
        foreach (var (_, timer) in _tokens.Values)
            timer.Dispose();
    }

    private async Task EndQuietlyAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            await EndAsync(token, cancellationToken);
        }
        catch (Exception e) when (e is ApiProblem or OperationCanceledException)
        {
            LogNotEnded(e.Message);
        }
        finally
        {
            // At GitHub it ends by itself.
            if (_tokens.TryRemove(token, out var issued))
                await issued.Timer.DisposeAsync();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A token for git could not be ended before its time: {Reason}")]
    private partial void LogNotEnded(string reason);
}

using System.Globalization;
using Devex.Core.Errors;
using Devex.Core.Runtimes.Process;

namespace Devex.Core.Imports.Git;

/// <summary>How much a fetch may take.</summary>
internal sealed record GitBounds(TimeSpan Time, long Bytes);

/// <summary>
/// The newest commit of a repository in a temporary folder, as git's objects: nothing is checked out. Disposing removes it.
/// </summary>
internal sealed class GitClone : IAsyncDisposable
{
    private static readonly TimeSpan SizeEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>What no network brings between two looks at the size; git cannot write larger files, but tells no reason then.</summary>
    private const long Overshoot = 1024 * 1024 * 1024;

    private readonly GitProgram _git;
    private readonly CloneFolder _place;
    private readonly string _folder;
    private readonly GitBounds _bounds;

    private GitClone(GitProgram git, GitBounds bounds)
    {
        (_git, _bounds) = (git, bounds);
        _place = CloneFolder.Create();
        _folder = _place.Path;
        if (git.User is { } user)
            Native.ChangeOwner(_folder, user);
    }

    /// <summary>What git calls the folder of its own.</summary>
    public string GitFolder => Path.Combine(_folder, "clone", ".git");

    /// <summary>Branch or tag.</summary>
    public required string Branch { get; init; }

    /// <summary>Hex.</summary>
    public string Commit { get; private set; } = "";

    /// <summary>Nanoseconds since 1970 when it was made, as its author says.</summary>
    public long CommittedAt { get; private set; }

    /// <summary>Fetches.</summary>
    /// <param name="git">The program.</param>
    /// <param name="remote">Where.</param>
    /// <param name="head">Its branch or tag.</param>
    /// <param name="filter">Whether to leave away the files' contents.</param>
    /// <param name="bounds">What ends it.</param>
    /// <param name="said">Told what git says of its progress.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiProblem">It is not there, too large or too slow.</exception>
    public static async Task<GitClone> FetchAsync(
        GitProgram git, FoundRemote remote, GitHead head, bool filter, GitBounds bounds, Action<string>? said, CancellationToken cancellationToken)
    {
        var url = remote.At.Address.ToString();
        var clone = new GitClone(git, bounds) { Branch = head.Branch };
        try
        {
            await clone.BoundedAsync(async token =>
            {
                await using var run = git.Start(clone._folder, remote.At, bounds.Bytes + Overshoot,
                [
                    "clone", "--progress", "--depth=1", "--single-branch", "--no-tags", "--no-checkout", "--no-recurse-submodules", "--template=", "--origin=origin",
                    $"--branch={clone.Branch}", .. filter ? (string[])["--filter=blob:none"] : [], "--", url, "clone",
                ]);
                run.Said = said;
                await run.CompleteAsync(token);
            }, cancellationToken);
            var found = (await clone.TextAsync(["log", "-1", "--no-show-signature", "--format=%H %ct", "HEAD"], 200, cancellationToken)).Trim().Split(' ');
            clone.Commit = found[0];
            clone.CommittedAt = long.Parse(found[1], CultureInfo.InvariantCulture) is > 0 and < 9_000_000_000 and var seconds ? seconds * 1_000_000_000 : 0;
            return clone;
        }
        catch (GitFailedException e)
        {
            await clone.DisposeAsync();
            throw GitFailures.Problem(e);
        }
        catch
        {
            await clone.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes it what one would have after <c>git clone</c>, but for the files: an index, and a remote of all branches.</summary>
    public async Task FinishAsync(GitAddress address, CancellationToken cancellationToken)
    {
        await TextAsync(["config", "remote.origin.url", address.ToString()], 0, cancellationToken);
        await TextAsync(["config", "--replace-all", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"], 0, cancellationToken);
        await TextAsync(["read-tree", Commit], 0, cancellationToken);
    }

    /// <summary>A run of git in the clone, which reaches no host.</summary>
    public GitRun Start(params string[] arguments) => _git.Start(Path.GetDirectoryName(GitFolder)!, null, _bounds.Bytes + Overshoot, arguments);

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    private async Task<string> TextAsync(string[] arguments, int most, CancellationToken cancellationToken)
    {
        await using var run = Start(arguments);
        var text = await run.TextAsync(most, cancellationToken);
        await run.CompleteAsync(cancellationToken);
        return text;
    }

    /// <summary>Runs <paramref name="act"/> until it takes too long or the folder grows too large.</summary>
    private async Task BoundedAsync(Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ended.CancelAfter(_bounds.Time);
        var tooLarge = false;
        async Task WatchAsync()
        {
            using var timer = new PeriodicTimer(SizeEvery);
            while (await timer.WaitForNextTickAsync(ended.Token))
            {
                if (SizeOf(_folder) > _bounds.Bytes)
                {
                    tooLarge = true;
                    await ended.CancelAsync();
                }
            }
        }
        var watching = WatchAsync();
        try
        {
            await act(ended.Token);
            // It may have been faster than the looks at it.
            if (SizeOf(_folder) > _bounds.Bytes)
                throw TooLarge();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw tooLarge ? TooLarge() : new ApiProblem(
                StatusCodes.Status504GatewayTimeout, "import.git.time", $"The repository was not there within {_bounds.Time.TotalSeconds:0} s. Nothing was imported; try again later, or clone it in a REPL's terminal.");
        }
        finally
        {
            await ended.CancelAsync();
            await watching.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private ApiProblem TooLarge() => new(
        StatusCodes.Status413PayloadTooLarge, "import.git.bytes", $"The repository sends more than {_bounds.Bytes / (1024 * 1024)} MiB, the most allowed here. Nothing was imported.");

    private static long SizeOf(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true })
                .Sum(file => file.Exists ? file.Length : 0);
        }
        catch (IOException)
        {
            // It came and went; the next look counts again.
            return 0;
        }
    }
}

using Devex.Contracts;
using Devex.Contracts.Api;
using Microsoft.Extensions.Options;

namespace Devex.Core.Runtimes.Process.Languages;

/// <summary>
/// Language servers for all sessions of this machine, mounted read-only: <c>{folder}/{key}/{set}/node_modules</c>. A set is fetched once, when
/// somebody first wants it, and appears in running sessions as it is moved into place.
/// </summary>
internal sealed class LanguageFolder(
    ProcessFolders folders, SessionCommands commands, ProcessLauncher launcher, IOptions<ProcessOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, Fetch> _fetches = new(StringComparer.Ordinal);

    /// <summary>Makes the folder, for sessions to see what comes into it later.</summary>
    public void Create()
    {
        Modes.CreateFolder(Base, Modes.Readable);
        Modes.CreateFolder(commands.Languages, Modes.Readable);
        foreach (var left in Directory.EnumerateDirectories(Base, ".fetching-*"))
            Directory.Delete(left, recursive: true);
    }

    /// <summary>Sees to it that a set is there; asked again it tells how far that is.</summary>
    public LanguageFetch Ensure(string set, Sandbox sandbox)
    {
        if (Directory.Exists(Installed(set)))
            return new LanguageFetch(LanguageFetchState.Ready);
        if (ToolFinder.ForThisProcess.Find("npm") is null)
            return new LanguageFetch(LanguageFetchState.Failed, "It cannot be fetched: npm is not installed on this machine.");
        lock (_gate)
        {
            if (!_fetches.TryGetValue(set, out var fetch))
                _fetches[set] = fetch = new Fetch(FetchAsync(set, sandbox, _stopping.Token), time.GetTimestamp());
            if (!fetch.Done.IsCompleted)
                return new LanguageFetch(LanguageFetchState.Fetching, Seconds: (int)time.GetElapsedTime(fetch.Began).TotalSeconds);
            // A failure is told once; whoever asks after that tries again.
            _fetches.Remove(set);
            return fetch.Done.Result is { } problem ? new LanguageFetch(LanguageFetchState.Failed, problem) : new LanguageFetch(LanguageFetchState.Ready);
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private string Base => Path.GetDirectoryName(commands.Languages)!;

    private string Installed(string set) => Path.Combine(commands.Languages, set, "node_modules");

    /// <summary>Null when it is there, else why not.</summary>
    private async Task<string?> FetchAsync(string set, Sandbox sandbox, CancellationToken stopping)
    {
        await Task.Yield();
        // A place like a session's, for the same sandbox: npm runs no code of the packages, and could do no harm if it did.
        var place = new SessionPlace(UserId.Local("languages"), ReplId.New(), "languages", sandbox is Sandbox.None || !Native.IsRoot ? null : folders.FirstUid);
        var paths = folders.Of(place.Id);
        var folder = Path.Combine(Base, $".fetching-{set}-{place.Id}");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Limit);
        try
        {
            Modes.CreateFolder(paths.Root, Modes.Passage);
            Modes.CreateFolder(paths.Processes, Modes.Private);
            Modes.CreateFolder(paths.Etc, Modes.Readable);
            EtcFiles.Write(paths.Etc, "languages");
            Modes.CreateFolder(folder, Modes.Readable);
            foreach (var file in (string[])["package.json", "package-lock.json"])
                await File.WriteAllTextAsync(Path.Combine(folder, file), LanguagePackages.Read(set, file), limit.Token);
            if (place.Uid is { } uid)
                Native.ChangeOwner(folder, uid);

            var request = commands.Npm(place, sandbox, folder);
            var process = await ProcessLauncher.EnsureAsync(paths, options.Value.FileSizeLimit, () => request, request.Name, limit.Token);
            var outcome = await launcher.WaitAsync(paths, request.Name, process, limit.Token);
            if (!outcome.Succeeded)
                return $"It could not be fetched; is this machine offline? npm said: {Brief(outcome.LastWords)}";
            if (place.Uid is not null)
                Native.ChangeOwner(folder, 0);
            Directory.Move(folder, Path.Combine(commands.Languages, set));
            return null;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return $"It could not be fetched within {Limit.TotalMinutes:0} minutes.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException or RuntimeException)
        {
            // Somebody else may have been quicker.
            return Directory.Exists(Installed(set)) ? null : $"It could not be fetched: {e.Message}";
        }
        finally
        {
            await launcher.KillAsync(paths, "npm", CancellationToken.None);
            foreach (var left in (string[])[paths.Root, folder])
            {
                if (Directory.Exists(left))
                    Directory.Delete(left, recursive: true);
            }
        }
    }

    private static string Brief(string words)
    {
        var lines = words.Split('\n').Where(line => !line.Contains("A complete log", StringComparison.Ordinal)).ToList();
        return lines.Count == 0 ? "nothing." : string.Join(' ', lines)[..Math.Min(500, string.Join(' ', lines).Length)];
    }

    /// <param name="Done">Completes with null when the set is there, else with why not.</param>
    /// <param name="Began">Timestamp.</param>
    private sealed record Fetch(Task<string?> Done, long Began);
}

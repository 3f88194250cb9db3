using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Runtimes.Process.Languages;
using Devex.Core.Snapshots;
using Devex.Core.Templates;
using Microsoft.Extensions.Options;

namespace Devex.Core.Runtimes.Process;

/// <summary>Sessions as child processes of this machine that outlive Core; sandboxed where the machine can (docs/architecture.md).</summary>
internal sealed partial class ProcessRuntime(
    ProcessFolders folders, SessionCommands commands, RunnerProgram runner, ProcessLauncher launcher, ProcessExits exits, IsolationProbe probe,
    UidPool uids, PlaceLocks locks, LanguageFolder languages, CoreAddress address, ISnapshots snapshots,
    IOptions<ProcessOptions> options, ILogger<ProcessRuntime> logger) : IReplRuntime
{
    private const int LogLimit = 1 << 20;

    private static readonly string[] Watched = ["serve", "saver"];

    private readonly Channel<RuntimeSession> _changes = Channel.CreateUnbounded<RuntimeSession>();
    private readonly HashSet<ProcessIdentity> _watching = [];
    private Sandbox _sandbox;

    public RuntimeInfo Info { get; private set; } = new("process", false, null);

    private bool OwnUsers => _sandbox is not Sandbox.None && Native.IsRoot;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        folders.Create();
        languages.Create();
        var result = await probe.RunAsync(cancellationToken);
        _sandbox = result.Sandbox;
        Info = new RuntimeInfo("process", result.Sandbox is not Sandbox.None, result.Notice);
        if (result.Sandbox is Sandbox.None)
            LogNotIsolated(result.Notice ?? "");
        else
            LogIsolated(folders.Data, result.Sandbox is Sandbox.Full ? "with the public internet" : "without a network");
    }

    public string? Refuse(TemplateManifest template)
    {
        if (runner.Problem is { } problem)
            return problem;
        var missing = template.Tools.Where(tool => ToolFinder.ForThisProcess.Find(tool) is null).ToArray();
        return missing switch
        {
            [] => null,
            [var one] => $"{one} is not installed on this machine: install it and start again.",
            _ => $"{string.Join(", ", missing[..^1])} and {missing[^1]} are not installed on this machine: install them and start again.",
        };
    }

    public LanguageFetch FetchLanguage(string package) => LanguagePackages.All.Contains(package)
        ? languages.Ensure(package, _sandbox)
        : new LanguageFetch(LanguageFetchState.Failed, $"There is no set of packages '{package}'.");

    public async Task PrepareAsync(SessionSpec session, CancellationToken cancellationToken)
    {
        var paths = folders.Of(session.Id);
        using var alone = await locks.TakeAsync(paths, cancellationToken);
        var place = SessionPlace.Load(paths.Record);
        if (place is not null && place.Session != session.Session)
            throw new RuntimeException($"Files of an earlier session ({place.Session}) are still there.");
        if (place is null)
        {
            // Without session.json the folder is what a crash left of making it.
            RemoveTree(paths.Root);
            place = new SessionPlace(session.Owner, session.Id, session.Session, null);
            Modes.CreateFolder(paths.Root, Modes.Passage);
            place = OwnUsers ? uids.Assign(place, paths) : place;
        }
        Folder(paths.Processes, Modes.Private, null);
        Folder(paths.Etc, Modes.Readable, null);
        foreach (var folder in (string[])[paths.Files, paths.Workspace, paths.Home, paths.Journal, paths.Control, paths.Sockets])
            Folder(folder, folder == paths.Workspace || folder == paths.Home ? Modes.Readable : Modes.Private, place.Uid);
        EtcFiles.Write(paths.Etc, session.Id.ToString());
        AtomicFile.Write(
            Path.Combine(paths.Control, "core.json"),
            JsonSerializer.Serialize(new { url = address.SessionUrl }, JsonSerializerOptions.Web), uid: place.Uid);
        AtomicFile.Write(
            Path.Combine(paths.Control, "bootstrap"),
            snapshots.IssueBootstrapToken(session.Owner, session.Id, session.Session, $"process-{session.Session}"), uid: place.Uid);
        place.Save(paths.Record);
    }

    public async Task<RunOutcome> RestoreAsync(SessionSpec session, CancellationToken cancellationToken, Func<string, Task>? entered = null)
    {
        var (place, paths) = Place(session);
        if (File.Exists(paths.RestoreMarker) && ProcessLauncher.Running(paths, "restore") is null)
            return new RunOutcome(0, "");
        return await RunAsync(paths, commands.Writer(place, "restore", "restore"), cancellationToken);
    }

    public async Task<string> EnsureServeAsync(SessionSpec session, CancellationToken cancellationToken, Func<string, Task>? entered = null)
    {
        var (paths, process) = await LaunchServeAsync(session, cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.ServeTimeout);
        var ended = launcher.WaitAsync(paths, "serve", process, limit.Token);
        try
        {
            await Task.WhenAny(ServeSocket.TakeAsync(paths, limit.Token), ended).Unwrap();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RuntimeException($"The session did not listen within {options.Value.ServeTimeout.TotalSeconds:0} s. {ProcessLauncher.LastWords(paths, "serve")}");
        }
        if (ended.IsCompletedSuccessfully)
            throw new RuntimeException($"The session ended as it started: {Words(await ended)}");
        Watch(session, paths, "serve");
        return "unix:" + paths.Socket;
    }

    private async Task<(SessionFolders, ProcessIdentity)> LaunchServeAsync(SessionSpec session, CancellationToken cancellationToken)
    {
        using var alone = await locks.TakeAsync(folders.Of(session.Id), cancellationToken);
        var (place, paths) = Place(session);
        if (ProcessLauncher.Running(paths, "serve") is null)
        {
            RemoveTree(paths.Sockets);
            File.Delete(paths.Socket);
            Folder(paths.Sockets, Modes.Private, place.Uid);
        }
        return (paths, await ProcessLauncher.EnsureAsync(
            paths, options.Value.FileSizeLimit, () => commands.Serve(place, _sandbox), "serve", cancellationToken));
    }

    public async Task EnsureSaverAsync(SessionSpec session, CancellationToken cancellationToken)
    {
        var (place, paths) = Place(session);
        await ProcessLauncher.EnsureAsync(
            paths, options.Value.FileSizeLimit, () => commands.Writer(place, "saver", "save", "--watch"), "saver", cancellationToken);
        Watch(session, paths, "saver");
    }

    public Task EndServeAsync(SessionSpec session, CancellationToken cancellationToken) =>
        launcher.KillAsync(folders.Of(session.Id), "serve", cancellationToken);

    public async Task<RunOutcome> SaveAsync(SessionSpec session, string attempt, CancellationToken cancellationToken)
    {
        var (place, paths) = Place(session);
        var name = $"save-{attempt}";
        return ProcessLauncher.Running(paths, name) is null && ProcessLauncher.Outcome(paths, name) is { } before
            ? before
            : await RunAsync(paths, commands.Writer(place, name, "save", "--attempt", attempt), cancellationToken);
    }

    public async Task RemoveAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        var paths = folders.Of(session.Id);
        var doomed = Path.Combine(folders.Data, $".removing-{session.Id}-{session.Session}");
        using (var alone = await locks.TakeAsync(paths, cancellationToken))
        {
            if (SessionPlace.Load(paths.Record) is { } place)
            {
                if (place.Session != session.Session)
                    return;
                await EndAllAsync(paths, cancellationToken);
                RemoveTree(paths.Sockets);
                File.Delete(paths.Socket);
                // Moved first: a crash in the middle of a long removal leaves nothing that looks like a session.
                Directory.Move(paths.Root, doomed);
            }
            alone.Forget();
        }
        RemoveTree(doomed);
    }

    public async Task<string> SetAsideAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        var paths = folders.Of(session.Id);
        var aside = Path.Combine(folders.Data, $".aside-{session.Id}-{session.Session}");
        using var alone = await locks.TakeAsync(paths, cancellationToken);
        if (SessionPlace.Load(paths.Record)?.Session != session.Session)
            return aside;
        await EndAllAsync(paths, cancellationToken);
        Directory.Move(paths.Root, aside);
        RemoveTree(paths.Sockets);
        File.Delete(paths.Socket);
        alone.Forget();
        LogSetAside(session.Id, session.Session, aside);
        return aside;
    }

    public Task<RuntimeObservation> ObserveAsync(RuntimeSession session, CancellationToken cancellationToken)
    {
        var paths = folders.Of(session.Id);
        if (SessionPlace.Load(paths.Record)?.Session != session.Session)
            return Task.FromResult(RuntimeObservation.None);
        foreach (var name in Watched)
            LogFile.Bound(paths.Process(name, "log"), LogLimit);
        var serving = ProcessLauncher.Running(paths, "serve") is not null;
        var problem = serving ? null : ProcessLauncher.Outcome(paths, "serve") is { } outcome ? Words(outcome) : null;
        return Task.FromResult(new RuntimeObservation(
            true, File.Exists(paths.RestoreMarker), serving, ProcessLauncher.Running(paths, "saver") is not null, problem));
    }

    public Task<RuntimeSession?> FindAsync(ReplId id, CancellationToken cancellationToken) =>
        Task.FromResult(SessionPlace.Load(folders.Of(id).Record) is { } place ? new RuntimeSession(place.Owner, place.Id, place.Session) : null);

    public Task<IReadOnlyList<RuntimeSession>> ListAsync(CancellationToken cancellationToken)
    {
        foreach (var doomed in Directory.EnumerateDirectories(folders.Data, ".removing-*"))
            RemoveTree(doomed);
        IReadOnlyList<RuntimeSession> sessions =
        [
            .. Directory.EnumerateDirectories(folders.Data)
                .Where(folder => ReplId.TryParse(Path.GetFileName(folder), out _))
                .Select(folder => SessionPlace.Load(Path.Combine(folder, "session.json")))
                .OfType<SessionPlace>()
                .Select(place => new RuntimeSession(place.Owner, place.Id, place.Session)),
        ];
        foreach (var session in sessions)
        {
            // What another Core started is watched from here on.
            foreach (var name in Watched)
                Watch(session, folders.Of(session.Id), name);
        }
        return Task.FromResult(sessions);
    }

    public async IAsyncEnumerable<RuntimeSession> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var session in _changes.Reader.ReadAllAsync(cancellationToken))
            yield return session;
    }

    private static string Words(RunOutcome outcome) => outcome switch
    {
        { LastWords.Length: > 0 } => outcome.LastWords,
        { ExitCode: null } => "it was killed",
        _ => $"exit code {outcome.ExitCode}",
    };

    private static void Folder(string path, UnixFileMode mode, int? uid)
    {
        if (Directory.Exists(path))
            return;
        Modes.CreateFolder(path, mode);
        if (uid is { } owner)
            Native.ChangeOwner(path, owner);
    }

    private static void RemoveTree(string path)
    {
        if (!Directory.Exists(path))
            return;
        // rm walks by descriptors: paths that users nested deeper than the kernel takes in one string go too.
        using var remove = System.Diagnostics.Process.Start("rm", ["-rf", "--one-file-system", "--", path]);
        remove.WaitForExit();
        if (Directory.Exists(path))
            throw new RuntimeException($"{path} could not be removed.");
    }

    private (SessionPlace Place, SessionFolders Paths) Place(SessionSpec session)
    {
        var paths = folders.Of(session.Id);
        return SessionPlace.Load(paths.Record) is { } place && place.Session == session.Session
            ? (place, paths)
            : throw new RuntimeException("The session's files are not there.");
    }

    private async Task<RunOutcome> RunAsync(SessionFolders paths, LaunchRequest request, CancellationToken cancellationToken)
    {
        var process = await ProcessLauncher.EnsureAsync(paths, options.Value.FileSizeLimit, () => request, request.Name, cancellationToken);
        return await launcher.WaitAsync(paths, request.Name, process, cancellationToken);
    }

    private async Task EndAllAsync(SessionFolders paths, CancellationToken cancellationToken)
    {
        if (Directory.Exists(paths.Processes))
        {
            await Task.WhenAll(Directory.EnumerateFiles(paths.Processes, "*.json")
                .Select(identity => launcher.KillAsync(paths, Path.GetFileNameWithoutExtension(identity), cancellationToken)));
        }
        if (SessionPlace.Load(paths.Record)?.Uid is { } uid)
            await UidPool.EndAsync(uid, cancellationToken);
    }

    private void Watch(SessionSpec session, SessionFolders paths, string name) =>
        Watch(new RuntimeSession(session.Owner, session.Id, session.Session), paths, name);

    private void Watch(RuntimeSession session, SessionFolders paths, string name)
    {
        if (ProcessLauncher.Running(paths, name) is not { } process)
            return;
        lock (_watching)
        {
            if (!_watching.Add(process))
                return;
        }
        _ = ReportEndAsync(session, paths, name, process);
    }

    private async Task ReportEndAsync(RuntimeSession session, SessionFolders paths, string name, ProcessIdentity process)
    {
        try
        {
            await exits.WaitAsync(process, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        lock (_watching)
            _watching.Remove(process);
        // Removal ends processes on purpose: then the folder is gone, or about to go.
        if (ProcessLauncher.Outcome(paths, name) is { } outcome)
            LogEnded(session.Id, name, session.Session, outcome.ExitCode, outcome.LastWords);
        _changes.Writer.TryWrite(session);
    }
}

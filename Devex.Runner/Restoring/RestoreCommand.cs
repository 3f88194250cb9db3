using Devex.Contracts.Snapshots;
using Devex.Runner.Saving;
using Devex.Runner.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;

namespace Devex.Runner.Restoring;

/// <summary>
/// <c>restore</c>: claims the session's first incarnation and writes its root's content to disk. Does nothing once the marker is there: a node's reboot
/// runs it again over newer files.
/// </summary>
internal static class RestoreCommand
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        if (args.Length > 0 || SessionEnvironment.Read() is not { } environment)
            return ExitCode.BadUsage;
        var control = environment.OpenControl();
        if (control.ReadMarker() is { } marker && marker.Repl == environment.Repl)
            return ExitCode.Done;

        using var http = SessionHttp.Create();
        var core = new CoreClient(http, control, environment.Repl);
        try
        {
            await using var progress = new StageProgress(core, "restoring");
            var (claimed, _) = await new Claimant(core, control, TimeProvider.System, progress).ClaimAsync(null, restored: false, cancellationToken);
            await RestoreAsync(environment, control, new ObjectTransfer(http, core, TimeProvider.System, progress), progress, claimed, cancellationToken);
            control.WriteMarker(new RestoreMarker(environment.Repl, claimed.Incarnation, claimed.Root.Number));
            return ExitCode.Done;
        }
        catch (RefusedException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.NotRestored;
        }
        catch (SupersededException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Superseded;
        }
        catch (SnapshotFormatException e)
        {
            await Console.Error.WriteLineAsync($"The snapshot cannot be read: {e.Message}");
            return ExitCode.NotRestored;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The files cannot be written: {e.Message}");
            return ExitCode.NotRestored;
        }
    }

    private static async Task RestoreAsync(
        SessionEnvironment environment, ControlFolder control, ObjectTransfer transfer, StageProgress progress, Claimed claimed, CancellationToken cancellationToken)
    {
        progress.Total = claimed.Root.Bytes;
        var pages = await new SnapshotReader(transfer, TimeProvider.System, progress).ReadPagesAsync(claimed.Token, claimed.Root, cancellationToken);
        List<SnapshotEntry> entries = [.. pages.SelectMany(page => page)];
        using var parts = Parts.Open(environment.Files);
        using var tree = new TreeWriter(parts);
        tree.RemoveOthers(entries);
        var missing = tree.WriteTree(entries);
        progress.Add(claimed.Root.Bytes - missing.Sum(file => file.Size));
        await new ContentFetcher(transfer, claimed, tree, progress).FetchAsync(missing, cancellationToken);
        tree.Finish(entries);
        new IndexStore(control.Path).Keep(RestoredIndex.Of(parts, claimed.Root, pages));
    }
}

namespace Devex.Core.Imports.Git;

/// <summary>Once, when Core starts: removes clones that killed Cores left on this machine.</summary>
internal sealed partial class CloneSweep(ILogger<CloneSweep> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            if (await CloneFolder.SweepAsync(Path.GetTempPath(), stoppingToken) is > 0 and var removed)
                LogRemoved(removed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRead(e);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Removed {Count} clones of repositories that a Core left when it was killed.")]
    private partial void LogRemoved(int count);

    [LoggerMessage(2, LogLevel.Warning, "The folder of temporary files could not be searched for clones that a killed Core left.")]
    private partial void LogNotRead(Exception exception);
}

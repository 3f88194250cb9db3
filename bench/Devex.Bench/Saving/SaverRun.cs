using System.Diagnostics;
using System.Globalization;
using Devex.Bench.Keeping;
using Devex.Bench.Snapshots;
using Devex.Contracts;
using Devex.Testing;

namespace Devex.Bench.Saving;

/// <summary><c>save --watch</c> over a workspace, and what it has used since <see cref="MarkAsync"/>.</summary>
internal sealed class SaverRun(SnapshotWorld world, SnapshotCommands commands) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private ProgramProcess? _saver;
    private long _marked;
    private double _cpu;
    private long _bytes;
    private int _saves;

    public string Workspace => Path.Combine(commands.Files, "workspace");

    /// <summary>Commits so far.</summary>
    public int Saves => _saver!.Output.Count(line => line.StartsWith("Saved as", StringComparison.Ordinal));

    /// <summary>Most memory so far, MiB.</summary>
    public double Peak => ProcessUse.PeakOf(_saver!.Id);

    public static async Task<SaverRun> BeginAsync(SnapshotWorld world, string runner, string folder)
    {
        var id = ReplId.New();
        await world.Snapshots.CreateFromTemplateAsync(SnapshotWorld.Owner, id, "empty", CancellationToken.None);
        var commands = new SnapshotCommands(runner, folder, world.Url, id, world.Snapshots.IssueBootstrapToken(SnapshotWorld.Owner, id, "saver", "bench"));
        await commands.TimeAsync("restore");
        return new SaverRun(world, commands);
    }

    /// <summary>Starts it, and waits until <paramref name="files"/> files are kept.</summary>
    public async Task StartAsync(int files)
    {
        _saver = commands.Start("save", "--watch");
        await _saver.WaitForLineAsync(string.Create(CultureInfo.InvariantCulture, $"Saved as \\d+: {files} files"), Patience);
    }

    /// <summary>Waits for one commit more than <paramref name="before"/>; answers milliseconds.</summary>
    public async Task<double> WaitAsync(int before)
    {
        var started = Stopwatch.GetTimestamp();
        await _saver!.WaitForAsync("the commit", _ => Task.FromResult(Saves > before), Patience, TimeSpan.FromMilliseconds(1));
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>Begins counting.</summary>
    public async Task MarkAsync()
    {
        _bytes = (await S3Access.StoredAsync(world.S3, world.Bucket)).Bytes;
        (_marked, _cpu, _saves) = (Stopwatch.GetTimestamp(), ProcessUse.CpuOf(_saver!.Id), Saves);
    }

    /// <summary>Since <see cref="MarkAsync"/>: seconds, milliseconds of processor, bytes put to S3 and commits.</summary>
    public async Task<(double Seconds, double Cpu, long Bytes, int Saves)> CountAsync()
    {
        var (seconds, cpu, saves) = (Stopwatch.GetElapsedTime(_marked).TotalSeconds, ProcessUse.CpuOf(_saver!.Id) - _cpu, Saves - _saves);
        return (seconds, cpu, (await S3Access.StoredAsync(world.S3, world.Bucket)).Bytes - _bytes, saves);
    }

    public async ValueTask DisposeAsync()
    {
        if (_saver is not null)
            await _saver.DisposeAsync();
    }
}

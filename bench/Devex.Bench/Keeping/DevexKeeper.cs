using Devex.Bench.Snapshots;
using Devex.Contracts;

namespace Devex.Bench.Keeping;

/// <summary>The runner's commands as whole processes: start, claim, packing or unpacking, S3, commit.</summary>
internal sealed class DevexKeeper(SnapshotWorld world, string runner, string folder) : IKeeper
{
    private readonly ReplId _id = ReplId.New();
    private SnapshotCommands? _commands;
    private int _count;

    public string Name => "Devex";

    public string Bucket => world.Bucket;

    public string Folder => Path.Combine(_commands!.Files, "workspace");

    /// <summary>Most memory of the last save, MiB.</summary>
    public double Peak { get; private set; }

    public SnapshotCommands Commands => _commands!;

    public async Task BeginAsync()
    {
        await world.Snapshots.CreateFromTemplateAsync(SnapshotWorld.Owner, _id, "empty", CancellationToken.None);
        _commands = Make("a");
        await _commands.TimeAsync("restore");
    }

    public async Task<double> SaveAsync()
    {
        var took = await _commands!.TimeAsync("save", "--attempt", $"{++_count}");
        Peak = _commands.Peak;
        return took;
    }

    public Task<double> RestoreAsync() => Make($"restored-{++_count}").TimeAsync("restore");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private SnapshotCommands Make(string name) => new(
        runner, Path.Combine(folder, name), world.Url, _id, world.Snapshots.IssueBootstrapToken(SnapshotWorld.Owner, _id, name, "bench"));
}

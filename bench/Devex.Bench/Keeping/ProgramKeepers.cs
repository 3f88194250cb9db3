using Devex.Bench.Snapshots;
using Devex.Testing;

namespace Devex.Bench.Keeping;

/// <summary>Debian's <c>restic</c>: content-defined chunks, encrypted, in packs.</summary>
internal sealed class ResticKeeper(S3Server server, string bucket, string folder) : IKeeper
{
    public const string Program = "/usr/bin/restic";

    private readonly Dictionary<string, string?> _environment = new()
    {
        ["RESTIC_REPOSITORY"] = $"s3:{server.ServiceUrl}/{bucket}/restic",
        ["RESTIC_PASSWORD"] = "bench",
        ["RESTIC_CACHE_DIR"] = folder + "-cache",
        ["AWS_ACCESS_KEY_ID"] = server.AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = server.SecretKey,
        ["AWS_DEFAULT_REGION"] = server.Region,
    };

    private int _restores;

    public string Name => "restic";

    public string Bucket => bucket;

    public string Folder => folder;

    public Task BeginAsync() => SnapshotCommands.RunAsync(Program, ["init", "--quiet", "-o", "s3.bucket-lookup=path"], _environment);

    public Task<double> SaveAsync() => SnapshotCommands.RunAsync(Program, ["backup", "--quiet", "-o", "s3.bucket-lookup=path", folder], _environment);

    public Task<double> RestoreAsync() =>
        SnapshotCommands.RunAsync(Program, ["restore", "latest", "--quiet", "-o", "s3.bucket-lookup=path", "--target", $"{folder}-restored-{++_restores}"], _environment);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Debian's <c>rclone sync</c> with 32 transfers: an object per file. Executable bits and empty folders are lost.</summary>
internal sealed class RcloneKeeper(S3Server server, string bucket, string folder) : IKeeper
{
    public const string Program = "/usr/bin/rclone";

    private static readonly string[] Options = ["--transfers", "32", "--checkers", "32", "--config", "/dev/null", "--quiet"];

    private readonly Dictionary<string, string?> _environment = new()
    {
        ["RCLONE_CONFIG_HERE_TYPE"] = "s3",
        ["RCLONE_CONFIG_HERE_PROVIDER"] = "Other",
        ["RCLONE_CONFIG_HERE_ENDPOINT"] = server.ServiceUrl,
        ["RCLONE_CONFIG_HERE_REGION"] = server.Region,
        ["RCLONE_CONFIG_HERE_ACCESS_KEY_ID"] = server.AccessKey,
        ["RCLONE_CONFIG_HERE_SECRET_ACCESS_KEY"] = server.SecretKey,
        // It ends at once where this is set, and needs none for http.
        ["AWS_CA_BUNDLE"] = null,
    };

    private int _restores;

    public string Name => "rclone, 32 transfers";

    public string Bucket => bucket;

    public string Folder => folder;

    public Task<double> SaveAsync() => SnapshotCommands.RunAsync(Program, ["sync", .. Options, folder, $"here:{bucket}/rclone"], _environment);

    public Task<double> RestoreAsync() =>
        SnapshotCommands.RunAsync(Program, ["sync", .. Options, $"here:{bucket}/rclone", $"{folder}-restored-{++_restores}"], _environment);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts.Snapshots;

namespace Devex.Runner.Snapshots;

/// <summary>The folder between Core and the commands; user programs never see it.</summary>
internal sealed class ControlFolder(string path)
{
    private string BootstrapPath => Path.Combine(path, "bootstrap");

    private string ClaimPath => Path.Combine(path, "claim");

    public RestoreMarker? ReadMarker() => Read("restored.json", SnapshotsJson.Default.RestoreMarker);

    public void WriteMarker(RestoreMarker marker) => Write("restored.json", JsonSerializer.SerializeToUtf8Bytes(marker, SnapshotsJson.Default.RestoreMarker));

    public IncarnationFile? ReadIncarnation() => Read("incarnation.json", SnapshotsJson.Default.IncarnationFile);

    public void WriteIncarnation(IncarnationFile incarnation)
    {
        Write("incarnation.json", JsonSerializer.SerializeToUtf8Bytes(incarnation, SnapshotsJson.Default.IncarnationFile));
        File.Delete(ClaimPath);
    }

    public string ReadBootstrap() => File.ReadAllText(BootstrapPath).Trim();

    /// <summary>Where Core is now.</summary>
    public Uri ReadCore() => Read("core.json", SnapshotsJson.Default.CoreAddress) is { Url: { } url }
        ? new Uri(url)
        : throw new IOException("core.json is not there.");

    /// <summary>The id of the claim under way, the same after a crash.</summary>
    public string ClaimId()
    {
        if (File.Exists(ClaimPath) && File.ReadAllText(ClaimPath) is { Length: 22 } id)
            return id;
        var fresh = RandomId.New();
        Write("claim", System.Text.Encoding.ASCII.GetBytes(fresh));
        return fresh;
    }

    private T? Read<T>(string name, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(path, name)), type);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whole or not at all, also when the power fails.</summary>
    private void Write(string name, byte[] bytes)
    {
        var target = Path.Combine(path, name);
        var temporary = target + ".new";
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            RandomAccess.Write(file, bytes, 0);
            RandomAccess.FlushToDisk(file);
        }
        File.Move(temporary, target, overwrite: true);
        using var folder = Folder.Open(null, System.Text.Encoding.UTF8.GetBytes(path));
        if (folder is null || !Libc.Sync(folder))
            throw new IOException($"{name} could not be made durable.");
    }
}

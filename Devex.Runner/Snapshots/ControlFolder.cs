using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts.Snapshots;

namespace Devex.Runner.Snapshots;

/// <summary>The folder between Core and the commands; user programs never see it.</summary>
internal sealed class ControlFolder(string path, string? bootstrap = null, string? writer = null)
{
    private readonly string _bootstrap = bootstrap ?? path;

    /// <summary>Where the folder is.</summary>
    public string Path { get; } = path;

    /// <summary>Which of the session's pods this is.</summary>
    public string? Writer { get; } = writer;

    public RestoreMarker? ReadMarker() => Read("restored.json", SnapshotsJson.Default.RestoreMarker);

    public void WriteMarker(RestoreMarker marker) => Write("restored.json", JsonSerializer.SerializeToUtf8Bytes(marker, SnapshotsJson.Default.RestoreMarker));

    public IncarnationFile? ReadIncarnation() => Read("incarnation.json", SnapshotsJson.Default.IncarnationFile);

    public void WriteIncarnation(IncarnationFile incarnation)
    {
        Write("incarnation.json", JsonSerializer.SerializeToUtf8Bytes(incarnation, SnapshotsJson.Default.IncarnationFile));
        File.Delete(ClaimPath(null));
    }

    public string ReadBootstrap() => File.ReadAllText(System.IO.Path.Combine(_bootstrap, "bootstrap")).Trim();

    /// <summary>Where Core is now.</summary>
    public Uri ReadCore() => ReadFrom(_bootstrap, "core.json", SnapshotsJson.Default.CoreAddress) is { Url: { } url }
        ? new Uri(url)
        : throw new IOException("core.json is not there.");

    /// <summary>The id of the claim under way, the same after a crash. Saver and attempts have each their own: they may claim at the same time.</summary>
    public string ClaimId(string? attempt)
    {
        if (File.Exists(ClaimPath(attempt)) && File.ReadAllText(ClaimPath(attempt)) is { Length: 22 } id)
            return id;
        var fresh = RandomId.New();
        Write(System.IO.Path.GetFileName(ClaimPath(attempt)), System.Text.Encoding.ASCII.GetBytes(fresh));
        return fresh;
    }

    /// <summary>The newest root that this session's saver committed.</summary>
    public SavedRoot? ReadSaved() => Read("saved.json", SnapshotsJson.Default.SavedRoot);

    public void WriteSaved(SavedRoot saved)
    {
        try
        {
            Write("saved.json", JsonSerializer.SerializeToUtf8Bytes(saved, SnapshotsJson.Default.SavedRoot), durable: false);
        }
        catch (IOException e)
        {
            // Only a rescue after a restart would need it.
            Console.Error.WriteLine($"The control folder takes nothing: {e.Message}");
        }
    }

    private string ClaimPath(string? attempt) => System.IO.Path.Combine(Path, attempt is null ? "claim" : $"claim-{Uri.EscapeDataString(attempt)}");

    private T? Read<T>(string name, JsonTypeInfo<T> type)
        where T : class => ReadFrom(Path, name, type);

    private static T? ReadFrom<T>(string folder, string name, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(System.IO.Path.Combine(folder, name)), type);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whole or not at all, also when the power fails.</summary>
    private void Write(string name, byte[] bytes, bool durable = true)
    {
        var target = System.IO.Path.Combine(Path, name);
        var temporary = target + ".new";
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            RandomAccess.Write(file, bytes, 0);
            if (durable)
                RandomAccess.FlushToDisk(file);
        }
        File.Move(temporary, target, overwrite: true);
        if (!durable)
            return;
        using var folder = Folder.Open(null, System.Text.Encoding.UTF8.GetBytes(Path));
        if (folder is null || !Libc.Sync(folder))
            throw new IOException($"{name} could not be made durable.");
    }
}

using System.Text.Json;
using Devex.Hosting.DataFolders;
using Microsoft.Extensions.DependencyInjection;

namespace Devex.Hosting.Parameters;

/// <summary>
/// What was generated once and must stay the same: a JSON object in <c>secrets.json</c>, readable by its owner alone,
/// replaced as a whole so that a crash leaves the old or the new one.
/// </summary>
internal sealed class GeneratedSecrets(DataFolder folder)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly Lock _lock = new();

    public string GetOrAdd(string key, Func<string> generate)
    {
        lock (_lock)
        {
            var secrets = Read();
            if (!secrets.TryGetValue(key, out var value))
            {
                secrets[key] = value = generate();
                Write(secrets);
            }

            return value;
        }
    }

    public string? Find(string key)
    {
        lock (_lock)
        {
            return Read().GetValueOrDefault(key);
        }
    }

    public void Keep(string key, string value)
    {
        lock (_lock)
        {
            var secrets = Read();
            secrets[key] = value;
            Write(secrets);
        }
    }

    private string File => Path.Combine(folder.Path, "secrets.json");

    private SortedDictionary<string, string> Read()
    {
        if (!System.IO.File.Exists(File))
        {
            return new(StringComparer.Ordinal);
        }

        try
        {
            return JsonSerializer.Deserialize<SortedDictionary<string, string>>(System.IO.File.ReadAllText(File)) ?? new(StringComparer.Ordinal);
        }
        catch (JsonException broken)
        {
            throw new Aspire.Hosting.DistributedApplicationException(
                $"{File} is no JSON object of strings ({broken.Message}). It holds the keys of everything stored in {folder.Path}: repair it, or remove the whole folder to start anew.");
        }
    }

    private void Write(SortedDictionary<string, string> secrets)
    {
        folder.Create();
        var temporary = File + ".new";
        System.IO.File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(stream, secrets, Indented);
            stream.Flush(flushToDisk: true);
        }

        System.IO.File.Move(temporary, File, overwrite: true);
    }
}

internal static class GeneratedSecretsExtensions
{
    /// <summary>Registered as an instance, since parameters may be asked for before services are built.</summary>
    public static GeneratedSecrets Secrets(this IServiceCollection services) =>
        (GeneratedSecrets)services.Single(service => service.ServiceType == typeof(GeneratedSecrets)).ImplementationInstance!;
}

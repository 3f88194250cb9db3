using Devex.Contracts;
using Devex.Core.Keys;
using Devex.Core.Snapshots;
using Devex.Core.Storage;
using Devex.Core.Templates;
using Devex.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Devex.Bench.Snapshots;

/// <summary>The part of Core that sessions save through: its session listener, without the rest of Core and without Redis.</summary>
internal static class SnapshotCore
{
    /// <summary>The word that makes this program be that and nothing else, with its settings in the environment.</summary>
    public const string Argument = "session-listener";

    private const string Listening = "Listening on";

    public static Dictionary<string, string?> Settings(S3Server s3, string bucket) => new()
    {
        ["Keys:Ticket"] = new string('t', 40),
        ["Keys:Web"] = new string('w', 40),
        ["Keys:Gateway"] = new string('g', 40),
        ["Keys:Secrets"] = new string('s', 40),
        ["S3:ServiceUrl"] = s3.ServiceUrl,
        ["S3:Bucket"] = bucket,
        ["S3:AccessKey"] = s3.AccessKey,
        ["S3:SecretKey"] = s3.SecretKey,
        ["Limits:Files"] = "1000000",
        ["Limits:UserFiles"] = "10000000",
        ["Limits:Bytes"] = "100000000000",
        ["Limits:UserBytes"] = "1000000000000",
    };

    /// <summary>Starts it in this process, with one empty template.</summary>
    public static async Task<WebApplication> StartAsync(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        // Templates are stored when the first REPL is made, and read no more after that.
        using var folder = new TempFolder("devex-bench-templates-");
        Directory.CreateDirectory(Path.Combine(folder["empty"], "workspace"));
        await File.WriteAllTextAsync(folder["empty/icon.svg"], "<svg/>");
        await File.WriteAllTextAsync(folder["empty/template.json"], """{ "name": "Empty", "description": "Nothing.", "icon": "icon.svg" }""");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder.Path });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings).AddInMemoryCollection([new("Templates:Folder", folder.Path)]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddKeys();
        builder.AddStorage();
        builder.AddTemplates();
        builder.AddSnapshots();
        var core = builder.Build();
        core.MapSnapshots();
        await core.StartAsync();
        await core.Services.GetRequiredService<ISnapshots>().CreateFromTemplateAsync(UserId.Local("first"), ReplId.New(), "empty", CancellationToken.None);
        return core;
    }

    /// <summary>Starts it as a process, whose memory and processor time are its own; answers with its address.</summary>
    public static async Task<(ProgramProcess Process, string Url)> StartProcessAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var process = ProgramProcess.Start(
            Environment.ProcessPath!, [Argument], settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value));
        var line = await process.WaitForLineAsync($"{Listening} (http\\S+)");
        return (process, line.Groups[1].Value);
    }

    /// <summary>Is that process.</summary>
    public static async Task RunAsync()
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables().Build().AsEnumerable();
        await using var core = await StartAsync(settings);
        await Console.Out.WriteLineAsync($"{Listening} {core.Urls.First()}");
        await core.WaitForShutdownAsync();
    }
}

using Devex.Bench.Reporting;
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
using Microsoft.Extensions.Logging;

namespace Devex.Bench.Snapshots;

/// <summary>
/// Times the runner's own commands as whole processes: start, claim, packing or unpacking, S3, commit. Peers in the same run are <c>cp -r</c> of the same
/// files, which says what the disk alone takes, and <c>tar --zstd</c>, which packs them too.
/// </summary>
internal static class SnapshotBench
{
    private const int Rounds = 3;

    private static readonly UserId Owner = UserId.Local("bench");

    public static async Task RunAsync(BenchRun run)
    {
        var runner = await run.RunnerAsync();
        run.Begin("starting S3 and Core's snapshots");
        await using var s3 = await S3Server.StartAsync(S3Kind.Embedded);
        using var folder = new TempFolder("devex-bench-");
        await using var core = await StartCoreAsync(s3, folder.Path);
        var snapshots = core.Services.GetRequiredService<ISnapshots>();

        List<double> saves = [], edits = [], restores = [], copies = [], packs = [], unpacks = [];
        for (var round = 0; round <= Rounds; round++)
        {
            var id = ReplId.New();
            await snapshots.CreateFromTemplateAsync(Owner, id, "empty", CancellationToken.None);
            var first = new SnapshotCommands(runner, folder[$"{round}-a"], core.Urls.First(), id, snapshots.IssueBootstrapToken(Owner, id, "a", "bench"));
            await first.TimeAsync("restore");
            NodeProject.Write(Path.Combine(first.Files, "workspace"), round);
            run.Begin($"saving, round {round} of {Rounds}");
            var save = await first.TimeAsync("save", "--attempt", "all");
            await File.WriteAllTextAsync(Path.Combine(first.Files, "workspace", "node_modules", "package-1", "file-1.js"), "// edited\n");
            var edit = await first.TimeAsync("save", "--attempt", "edit");

            run.Begin($"restoring, round {round} of {Rounds}");
            var second = new SnapshotCommands(runner, folder[$"{round}-b"], core.Urls.First(), id, snapshots.IssueBootstrapToken(Owner, id, "b", "bench"));
            var restore = await second.TimeAsync("restore");

            run.Begin($"cp and tar, round {round} of {Rounds}");
            var (archive, unpacked) = (folder[$"{round}.tar.zst"], Directory.CreateDirectory(folder[$"{round}-d"]).FullName);
            var copy = await SnapshotCommands.TimeAsync("/bin/cp", ["-r", first.Files, folder[$"{round}-c"]]);
            var pack = await SnapshotCommands.TimeAsync("/bin/tar", ["--zstd", "-cf", archive, "-C", first.Files, "."]);
            var unpack = await SnapshotCommands.TimeAsync("/bin/tar", ["--zstd", "-xf", archive, "-C", unpacked]);
            // The first warms Core and the disk's cache.
            if (round == 0)
                continue;
            saves.Add(save);
            edits.Add(edit);
            restores.Add(restore);
            copies.Add(copy);
            packs.Add(pack);
            unpacks.Add(unpack);
        }

        var how = $"p50 of {Rounds}, whole process, {run.RunnerName}";
        run.Add(new Figure("snapshot: save of 2,600 new files", how, saves.Median(), "ms", packs.Median(), "tar --zstd"));
        run.Add(new Figure("snapshot: save after one edit", how, edits.Median(), "ms"));
        run.Add(new Figure("snapshot: restore of 2,600 files", how, restores.Median(), "ms", unpacks.Median(), "tar --zstd"));
        run.Add(new Figure("snapshot: restore of 2,600 files", how, restores.Median(), "ms", copies.Median(), "cp -r"));
    }

    private static async Task<WebApplication> StartCoreAsync(S3Server s3, string folder)
    {
        var templates = Path.Combine(folder, "templates");
        Directory.CreateDirectory(Path.Combine(templates, "empty", "workspace"));
        await File.WriteAllTextAsync(Path.Combine(templates, "empty", "icon.svg"), "<svg/>");
        await File.WriteAllTextAsync(Path.Combine(templates, "empty", "template.json"), """{ "name": "Empty", "description": "Nothing.", "icon": "icon.svg" }""");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Keys:Ticket"] = new string('t', 40),
            ["Keys:Web"] = new string('w', 40),
            ["Keys:Gateway"] = new string('g', 40),
            ["Keys:Secrets"] = new string('s', 40),
            ["S3:ServiceUrl"] = s3.ServiceUrl,
            ["S3:Bucket"] = await s3.CreateBucketAsync(),
            ["S3:AccessKey"] = s3.AccessKey,
            ["S3:SecretKey"] = s3.SecretKey,
            ["Templates:Folder"] = templates,
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddKeys();
        builder.AddStorage();
        builder.AddTemplates();
        builder.AddSnapshots();
        var core = builder.Build();
        core.MapSnapshots();
        await core.StartAsync();
        return core;
    }
}

using System.Diagnostics;
using System.Globalization;
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
/// Times the runner's own commands as whole processes: start, claim, packing or unpacking, S3, commit. The peer in the same run is <c>cp -r</c> of the same
/// files, which says what the disk alone takes.
/// </summary>
internal static class SnapshotBench
{
    private const int Files = 2600;
    private const int Rounds = 5;

    private static readonly UserId Owner = UserId.Local("bench");

    public static async Task<int> RunAsync(string? runner)
    {
        runner ??= BuiltProgram.Path("Devex.Runner");
        await using var s3 = await S3Server.StartAsync(S3Kind.Embedded);
        using var folder = new TempFolder("devex-bench-");
        await using var core = await StartCoreAsync(s3, folder["templates"]);
        var snapshots = core.Services.GetRequiredService<ISnapshots>();

        var saves = new List<double>();
        var edits = new List<double>();
        var restores = new List<double>();
        var copies = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var id = ReplId.New();
            await snapshots.CreateFromTemplateAsync(Owner, id, "empty", CancellationToken.None);
            var first = new Session(runner, folder[$"{round}-a"], core.Urls.First(), id, snapshots.IssueBootstrapToken(Owner, id, "a", "bench"));
            await first.TimeAsync("restore");
            WriteFiles(Path.Combine(first.Files, "workspace"), round);
            saves.Add(await first.TimeAsync("save", "--attempt", "all"));
            await File.WriteAllTextAsync(Path.Combine(first.Files, "workspace", "package-1", "file-1.js"), "// edited\n");
            edits.Add(await first.TimeAsync("save", "--attempt", "edit"));

            var second = new Session(runner, folder[$"{round}-b"], core.Urls.First(), id, snapshots.IssueBootstrapToken(Owner, id, "b", "bench"));
            restores.Add(await second.TimeAsync("restore"));
            copies.Add(await CopyAsync(first.Files, folder[$"{round}-c"]));
        }

        Print("save of 2,600 new files", saves);
        Print("save attempt after one edit", edits);
        Print("restore of 2,600 files", restores);
        Print("cp -r of the same files", copies);
        return 0;
    }

    private static async Task<WebApplication> StartCoreAsync(S3Server s3, string templates)
    {
        Directory.CreateDirectory(Path.Combine(templates, "empty", "workspace"));
        await File.WriteAllTextAsync(Path.Combine(templates, "empty", "icon.svg"), "<svg/>");
        await File.WriteAllTextAsync(Path.Combine(templates, "empty", "template.json"), """{ "name": "Empty", "description": "Nothing.", "icon": "icon.svg" }""");
        var builder = WebApplication.CreateBuilder();
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

    /// <summary>Files of about 4 KB of source-like text in folders of 100, as <c>node_modules</c> has them.</summary>
    private static void WriteFiles(string workspace, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Files; i++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(workspace, $"package-{i / 100}"));
            var lines = Enumerable.Range(0, random.Next(20, 160)).Select(line => $"export const value{line} = {random.Next()};");
            File.WriteAllLines(Path.Combine(folder.FullName, $"file-{i % 100}.js"), lines);
        }
    }

    private static async Task<double> CopyAsync(string from, string to)
    {
        var start = Stopwatch.GetTimestamp();
        await using var copy = ProgramProcess.Start("/bin/cp", ["-r", from, to]);
        await copy.WaitForExitAsync();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void Print(string what, List<double> times)
    {
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what,-32} median {times[times.Count / 2],7:f0} ms   best {times[0],7:f0} ms   of {times.Count}"));
    }

    private sealed class Session
    {
        private readonly string _runner;
        private readonly Dictionary<string, string?> _environment;

        public Session(string runner, string folder, string coreUrl, ReplId id, string bootstrap)
        {
            _runner = runner;
            Files = Path.Combine(folder, "files");
            var control = Directory.CreateDirectory(Path.Combine(folder, "control")).FullName;
            Directory.CreateDirectory(Files);
            File.WriteAllText(Path.Combine(control, "core.json"), $$"""{"url":"{{coreUrl}}"}""");
            File.WriteAllText(Path.Combine(control, "bootstrap"), bootstrap);
            _environment = new Dictionary<string, string?> { ["DEVEX_REPL"] = id.ToString(), ["DEVEX_FILES"] = Files, ["DEVEX_CONTROL"] = control };
        }

        public string Files { get; }

        public async Task<double> TimeAsync(params string[] arguments)
        {
            var start = Stopwatch.GetTimestamp();
            await using var program = ProgramProcess.Start(_runner, arguments, _environment);
            var code = await program.WaitForExitAsync();
            return code == 0
                ? Stopwatch.GetElapsedTime(start).TotalMilliseconds
                : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {code}:\n{program.OutputText}");
        }
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using Devex.Contracts.Snapshots;
using Devex.Core.Snapshots;
using Devex.Snapshots;
using Devex.Snapshots.Entries;
using Devex.Snapshots.Packs;
using Devex.Snapshots.Pages;
using Devex.Snapshots.Roots;

namespace Devex.Core.Templates;

/// <summary><c>templates/snapshots/{content hash}</c>: what a root made from the template names.</summary>
internal sealed record StoredTemplate(int Format, string Template, IReadOnlyList<PageReference> Pages, IReadOnlyList<PackReference> Packs);

/// <summary>
/// Keeps each template's files in S3 as pages and packs of the template scope, so that a new REPL is one root. Written once per content, by whichever
/// replica is first; tried again until S3 answers.
/// </summary>
internal sealed partial class TemplateSnapshots(ITemplates templates, SnapshotObjects objects, TimeProvider time, ILogger<TemplateSnapshots> logger)
    : BackgroundService
{
    private const int MaxBytes = 8 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, TaskCompletionSource<SnapshotContent>> _contents = new();

    /// <summary>The template's content, once it is in S3.</summary>
    public Task<SnapshotContent> GetAsync(string template, CancellationToken cancellationToken) =>
        templates.Find(template) is null
            ? throw new ArgumentException($"There is no template '{template}'.", nameof(template))
            : Content(template).Task.WaitAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var template in templates.All)
        {
            for (var delay = TimeSpan.FromMilliseconds(250); ; delay = delay < TimeSpan.FromSeconds(15) ? delay * 2 : delay)
            {
                try
                {
                    Content(template.Key).SetResult(await PublishAsync(template, stoppingToken));
                    break;
                }
                catch (InvalidDataException e)
                {
                    LogInvalid(template.Key, e);
                    Content(template.Key).SetException(e);
                    break;
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    LogRetry(template.Key, delay, e);
                    await Task.Delay(delay, time, stoppingToken);
                }
            }
        }
    }

    private TaskCompletionSource<SnapshotContent> Content(string template) =>
        _contents.GetOrAdd(template, _ => new TaskCompletionSource<SnapshotContent>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task<SnapshotContent> PublishAsync(TemplateManifest template, CancellationToken cancellationToken)
    {
        var files = TemplateFile.Read(template.Folder);
        if (files.Sum(file => file.Entry.Size) > MaxBytes)
            throw new InvalidDataException($"Template '{template.Key}' has more than {MaxBytes} bytes.");
        var key = SnapshotKeys.Template(TemplateFile.Hash(files));
        if (await objects.GetAsync(key, SnapshotFormat.MaxRootBytes, cancellationToken) is { } stored)
            return Read(stored);

        var content = await PackAsync(files, cancellationToken);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(
            new StoredTemplate(SnapshotFormat.Version, template.Key, content.Pages, content.Packs), TemplateJson.Default.StoredTemplate);
        await objects.PutNewAsync(key, bytes, "application/json", cancellationToken);
        LogPublished(template.Key, content.Files, content.Bytes);
        // Another replica may have been first; all name the same then.
        return Read(await objects.GetAsync(key, SnapshotFormat.MaxRootBytes, cancellationToken) ?? throw new IOException("A template's snapshot is gone."));
    }

    private async Task<SnapshotContent> PackAsync(IReadOnlyList<TemplateFile> files, CancellationToken cancellationToken)
    {
        var lengths = new Dictionary<PackName, long>();
        using var writer = new PackWriter(SnapshotScope.Template, PutPackAsync, level: 9);
        var entries = new List<SnapshotEntry>();
        foreach (var (entry, source) in files)
        {
            if (entry.Size == 0)
            {
                entries.Add(entry);
                continue;
            }
            var content = await File.ReadAllBytesAsync(source, cancellationToken);
            if (Digest.Of(content) != entry.Hash)
                throw new IOException($"{entry.Path} changed while it was read.");
            entries.Add(entry with { Chunks = [new Chunk(content.Length, entry.Hash, await writer.AddAsync(content, cancellationToken))] });
        }
        if (await writer.CompleteAsync(cancellationToken) is { } last)
            await PutPackAsync(last, cancellationToken);

        var builder = new ContentBuilder(new SnapshotContent([], []));
        foreach (var page in PageCutter.Cut(entries))
        {
            var bytes = Page.Encode(page);
            var hash = Digest.Of(bytes).ToString();
            await objects.PutNewAsync($"templates/pages/{hash}", bytes, "application/octet-stream", cancellationToken);
            builder.Add(SnapshotScope.Template, hash, page);
        }
        return builder.Build(lengths);

        async ValueTask PutPackAsync(SealedPack pack, CancellationToken token)
        {
            lengths[pack.Name] = pack.Bytes.Length;
            await objects.PutNewAsync($"templates/packs/{pack.Name.Hash}", pack.Bytes, "application/octet-stream", token);
        }
    }

    private static SnapshotContent Read(StoredObject stored) =>
        JsonSerializer.Deserialize(stored.Bytes, TemplateJson.Default.StoredTemplate) is { Format: SnapshotFormat.Version } template
            ? new SnapshotContent(template.Pages, template.Packs)
            : throw new InvalidDataException("A template's snapshot has another format.");
}

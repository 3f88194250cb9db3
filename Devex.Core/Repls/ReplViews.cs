using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Core.Identity;
using Devex.Core.Previews;
using Devex.Core.Sessions;
using Devex.Core.Snapshots;
using Devex.Core.Storage;
using Devex.Core.Templates;
using StackExchange.Redis;
using Role = Devex.Contracts.Role;

namespace Devex.Core.Repls;

/// <summary>REPLs as a reader sees them: the record with its session, its newest snapshot and the first lines of its default file.</summary>
internal sealed partial class ReplViews(
    ISessions sessions, ISnapshots snapshots, ITemplates templates, UserDirectory users, SavedStates savedStates, IConnectionMultiplexer redis,
    TimeProvider time, ILogger<ReplViews> logger)
{
    private const int PreviewLines = 3;
    private const int PreviewBytes = 512;
    private const int PreviewLineLength = 120;

    private static readonly TimeSpan CacheFor = TimeSpan.FromDays(7);
    private static readonly TimeSpan PreviewPatience = TimeSpan.FromSeconds(2);

    public async Task<Repl> ViewAsync(ReplRecord record, UserId reader, CancellationToken cancellationToken) =>
        (await ViewAsync([record], reader, cancellationToken))[0];

    public async Task<IReadOnlyList<Repl>> ViewAsync(IReadOnlyList<ReplRecord> records, UserId reader, CancellationToken cancellationToken)
    {
        if (records.Count == 0)
            return [];
        var states = await sessions.GetAsync([.. records.Select(record => (record.Owner, record.Id))], cancellationToken);
        return await Task.WhenAll(records.Select((record, i) => ViewAsync(record, states[i], reader, cancellationToken)));
    }

    private async Task<Repl> ViewAsync(ReplRecord record, SessionView session, UserId reader, CancellationToken cancellationToken)
    {
        var template = templates.Find(record.Template);
        var defaultFile = template?.DefaultFile;
        var saved = session.Saved ?? await SavedAsync(record, cancellationToken);
        // Wanted and not known of, it is being found or about to be made.
        var state = !session.Recorded && record is { Desired: DesiredState.Running, DeletedAt: null } ? ReplState.Starting : session.State;
        return new Repl(
            record.Id,
            record.Name,
            record.Template,
            await users.SummaryAsync(record.Owner, cancellationToken),
            ReplStore.RoleOf(reader, record) ?? Role.Viewer,
            state,
            record.CreatedAt,
            record.LastOpenedAt,
            session.Progress,
            session.Problem ?? (state is ReplState.Stopped ? sessions.Refuse(record.Template) : null),
            saved,
            record.RunCommand ?? template?.RunCommand,
            defaultFile,
            await Task.WhenAll(record.Members.Select(async member => new Member(await users.SummaryAsync(UserId.Parse(member.Key), cancellationToken), member.Value))),
            saved is null || defaultFile is null ? null : await PreviewAsync(record, saved, defaultFile, cancellationToken),
            session.EndsAt,
            session.Idle,
            PreviewLinks.View(record, time.GetUtcNow()));
    }

    private async Task<SavedState?> SavedAsync(ReplRecord record, CancellationToken cancellationToken)
    {
        if (await savedStates.FindAsync(record.Id) is { } known)
            return known;
        if (await snapshots.HeadAsync(record.Owner, record.Id, cancellationToken) is not { } head)
            return null;
        await savedStates.RememberAsync(record.Id, head.Saved);
        return head.Saved;
    }

    /// <summary>The first lines as of the newest snapshot, or as they were known last: a REPL is listed, started and stopped while its files are out of reach.</summary>
    private async Task<string?> PreviewAsync(ReplRecord record, SavedState saved, string file, CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        var cached = await database.StringGetAsync(RedisKeys.Preview(record.Id));
        var known = cached.IsNull ? null : JsonSerializer.Deserialize(cached.ToString(), CoreJson.Default.ReplPreview);
        if (known?.Root == saved.Hash)
            return known.Text;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(PreviewPatience);
        string? text;
        try
        {
            text = await snapshots.ReadTextAsync(record.Owner, record.Id, file, PreviewBytes, patience.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNoPreview(logger, record.Id, e is OperationCanceledException ? "S3 takes its time." : e.Message);
            return known?.Text;
        }
        var preview = new ReplPreview(saved.Hash, text is null ? null : FirstLines(text));
        await database.StringSetAsync(RedisKeys.Preview(record.Id), JsonSerializer.Serialize(preview, CoreJson.Default.ReplPreview), CacheFor);
        return preview.Text;
    }

    private static string FirstLines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Take(PreviewLines)
        .Select(line => line.Length > PreviewLineLength ? line[..PreviewLineLength] : line)).TrimEnd();
}

/// <summary>The first lines of a REPL's default file, as of one snapshot.</summary>
/// <param name="Root">SHA-256 of the root that it was read from.</param>
/// <param name="Text">Null when the file is absent or binary.</param>
internal sealed record ReplPreview(string Root, string? Text);

using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Devex.Core.History;
using Devex.Core.Identity;
using Devex.Core.Repls;
using Devex.Snapshots.Entries;

namespace Devex.Core.Accounts;

/// <summary>Everything of a user as one zip, streamed: who they are, and of each REPL its settings, workspace and home, in the trash or not.</summary>
internal sealed class AccountExport(UserDirectory users, ReplStore store, RestorePoints points)
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public async Task WriteAsync(Stream output, Contracts.UserId user, CancellationToken cancellationToken)
    {
        var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        await using (zip)
        {
            var record = await users.FindAsync(user, cancellationToken);
            await WriteAsync(zip, "account.json", new JsonObject
            {
                ["id"] = user.ToString(),
                ["login"] = record?.Login,
                ["name"] = record?.Name,
                ["createdAt"] = record?.CreatedAt,
                ["tokens"] = new JsonArray([.. (record?.Tokens ?? []).Select(token => new JsonObject { ["name"] = token.Name, ["createdAt"] = token.CreatedAt })]),
            }, cancellationToken);
            var missed = new List<string>();
            var owned = (await store.ListAsync(user, cancellationToken)).Where(repl => repl.Owner == user);
            foreach (var repl in owned.Concat(await store.ListTrashAsync(user, cancellationToken)))
                await AddAsync(zip, repl, missed, cancellationToken);
            HistoryArchive.Comment(zip, missed);
        }
    }

    private async Task AddAsync(ZipArchive zip, ReplRecord repl, List<string> missed, CancellationToken cancellationToken)
    {
        // Names differ by case alone in the trash, and ids never.
        var folder = $"{(repl.DeletedAt is null ? "repls" : "trash")}/{HistoryArchive.Name(Encoding.UTF8.GetBytes(repl.Name))} ({repl.Id})/";
        await WriteAsync(zip, folder + "repl.json", new JsonObject
        {
            ["id"] = repl.Id.ToString(),
            ["name"] = repl.Name,
            ["template"] = repl.Template,
            ["createdAt"] = repl.CreatedAt,
            ["runCommand"] = repl.RunCommand,
            ["deletedAt"] = repl.DeletedAt,
        }, cancellationToken);
        if (await points.HeadAsync(repl.Owner, repl.Id, cancellationToken) is not { } head)
            return;
        foreach (var part in (SnapshotPath[])[HistoryPath.Workspace, HistoryPath.Home])
            await HistoryArchive.AddAsync(zip, head, part, $"{folder}{part}/", missed, cancellationToken);
    }

    private static async Task WriteAsync(ZipArchive zip, string name, JsonObject value, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellationToken);
        await entry.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, Readable), cancellationToken);
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Snapshots;
using Devex.Core.History;
using Devex.Core.Imports;
using Devex.Core.Snapshots;
using Devex.Core.Tests.Fixtures;
using Devex.Snapshots.Entries;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.History;

/// <summary>A Core with somebody signed in, and REPLs whose roots the test writes itself.</summary>
internal sealed class HistoryWorld : IAsyncDisposable
{
    private HistoryWorld(CoreHost core, Browser ada) => (Core, Ada) = (core, ada);

    public CoreHost Core { get; }

    public Browser Ada { get; }

    public UserId Owner { get; } = UserId.Local("ada");

    public T Get<T>()
        where T : notnull => Core.Services.GetRequiredService<T>();

    public static async Task<HistoryWorld> StartAsync(Stores stores, string bucket, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var core = await CoreHost.StartAsync(stores, bucket: bucket, settings: settings);
        return new HistoryWorld(core, await Browser.SignedInAsync(core));
    }

    /// <summary>A REPL with one root for each state, from the oldest on. A path ends in a slash for a folder; a text of <c>→ x</c> is a link.</summary>
    public async Task<ReplId> CreateAsync(params Dictionary<string, string>[] states)
    {
        var repl = await Ada.CreateAsync();
        foreach (var state in states)
            await SaveAsync(repl.Id, state);
        return repl.Id;
    }

    /// <summary>Appends a root as a session would.</summary>
    public async Task<StoredRoot> SaveAsync(ReplId id, IReadOnlyDictionary<string, string> files, bool claim = false)
    {
        var chain = Get<RootChain>();
        var newest = await chain.NewestAsync(Owner, id, CancellationToken.None);
        using var writer = new SnapshotWriter(Owner, Get<SnapshotObjects>());
        var entries = new List<SnapshotEntry>();
        var folders = new SortedSet<string>(StringComparer.Ordinal) { "documents", "home", "workspace" };
        foreach (var (path, text) in files)
        {
            for (var i = path.IndexOf('/', StringComparison.Ordinal); i > 0; i = path.IndexOf('/', i + 1))
                folders.Add(path[..i]);
            if (path.EndsWith('/'))
                continue;
            var file = Entry(path, EntryKind.File) with { Mode = text.StartsWith("#!", StringComparison.Ordinal) ? 0x1ed : 0x1a4, Modified = 1_700_000_000_000_000_000 };
            var bytes = Encoding.UTF8.GetBytes(text);
            entries.Add(text.StartsWith("→ ", StringComparison.Ordinal)
                ? file with { Kind = EntryKind.Link, Target = Encoding.UTF8.GetBytes(text[2..]) }
                : await writer.PackAsync(file, new MemoryStream(bytes), bytes.Length, CancellationToken.None));
        }
        entries.AddRange(folders.Select(folder => Entry(folder, EntryKind.Folder)));
        var content = await writer.CompleteAsync(entries.OrderBy(entry => entry.Path), CancellationToken.None);
        var root = new SnapshotRoot
        {
            Repl = id,
            Number = (newest?.Root.Number ?? 0) + 1,
            Parent = newest?.Hash,
            Commit = Guid.NewGuid().ToString("n"),
            Incarnation = newest is null ? null : "writer",
            Claim = claim,
            Files = content.Files,
            Bytes = content.Bytes,
            Pages = content.Pages,
            Packs = content.Packs,
        };
        var appended = await chain.AppendAsync(Owner, root, CancellationToken.None);
        Assert.True(appended.Ours);
        return appended.Root;
    }

    /// <summary>What the newest root holds below <c>workspace</c> and <c>home</c>, in the form of <see cref="CreateAsync"/>.</summary>
    public async Task<SortedDictionary<string, string>> ReadAsync(ReplId id, string point = "head")
    {
        var opened = await Get<RestorePoints>().OpenAsync(Owner, id, point, CancellationToken.None);
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var file in new Devex.Snapshots.Reading.BatchReader(opened.Source).ReadAsync(opened.Tree.ReadAsync(after: null, CancellationToken.None), CancellationToken.None))
        {
            var path = file.Entry.Path.ToString();
            if (file.Entry.Kind == EntryKind.File)
                found.Add(path, Encoding.UTF8.GetString(file.Content!));
            else if (file.Entry.Kind == EntryKind.Link)
                found.Add(path, "→ " + Encoding.UTF8.GetString(file.Entry.Target.Span));
            else
                found.Add(path + "/", "");
        }
        return found;
    }

    public async Task<T> GetAsync<T>(ReplId id, string route, JsonTypeInfo<T> type)
    {
        using var answer = await Ada.SendAsync(HttpMethod.Get, $"/api/repls/{id}/history{route}");
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{route}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync(type))!;
    }

    public async Task<HttpStatusCode> StatusAsync(ReplId id, string route, Browser? reader = null)
    {
        using var answer = await (reader ?? Ada).SendAsync(HttpMethod.Get, $"/api/repls/{id}/history{route}");
        return answer.StatusCode;
    }

    public Task<HttpResponseMessage> RestoreAsync(ReplId id, string point, string? path, Browser? by = null) =>
        (by ?? Ada).PostAsync($"/api/repls/{id}/history/{point}/restore", new RestoreFromHistory(path));

    public static string Query(string value) => Uri.EscapeDataString(value);

    public async ValueTask DisposeAsync()
    {
        Ada.Dispose();
        await Core.DisposeAsync();
    }

    private static SnapshotEntry Entry(string path, EntryKind kind) =>
        new() { Path = SnapshotPath.TryParse(path, out var parsed) ? parsed.Value : throw new FormatException(path), Kind = kind, Mode = 0x1ed, Modified = 0 };
}

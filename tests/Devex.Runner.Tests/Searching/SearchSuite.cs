using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Runner.Tests.Conformance;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Searching;

public abstract class SearchSuite(IRunnerFixture fixture, bool ripgrep) : ConformanceSuite(fixture)
{
    private static readonly ProtocolJson Json = ProtocolJson.Default;

    [Fact]
    public async Task Matches_are_told_with_line_column_and_text()
    {
        await using var runner = await StartSearchingAsync();
        Put(runner, "src/main.ts", "const one = 1;\r\nconst Two = one + ONE; // one\n");
        Put(runner, "notes.md", "nothing\n");
        Put(runner, "data.bin", "one\0one");
        Put(runner, "built/out.js", "one");
        Put(runner, ".gitignore", "built/\n");
        await using var session = await runner.Client.OpenSessionAsync(role: Role.Viewer, cancellation: Token);
        var (end, files) = await SearchAsync(session, new SearchQuery("one"));
        Assert.Equal((1, 4, false, false, null), (end.Files, end.Matches, end.Limited, end.Cancelled, end.Problem));
        var file = Assert.Single(files);
        Assert.Equal("src/main.ts", file.Path);
        Assert.Equal([(1, 6), (2, 12), (2, 18), (2, 26)], file.Matches.Select(match => (match.Line, match.Column)));
        Assert.Equal(new FoundMatch(1, 6, 3, "const one = 1;", 6), file.Matches[0]);
        Assert.Equal(file.Version, (await session.StatAsync("src/main.ts")).Version);
        Assert.Equal(3, (await SearchAsync(session, new SearchQuery("one", MatchCase: true))).End.Matches);
        Assert.Equal(2, (await SearchAsync(session, new SearchQuery("one", Ignored: true))).End.Files);
        Assert.Equal(0, (await SearchAsync(session, new SearchQuery("on", WholeWord: true))).End.Matches);
        Assert.Equal(0, (await SearchAsync(session, new SearchQuery("one", Include: "*.md"))).End.Matches);
        Assert.Equal(0, (await SearchAsync(session, new SearchQuery("one", Exclude: "src"))).End.Matches);
    }

    [Fact]
    public async Task Regular_expressions_are_searched_and_what_cannot_be_is_refused_in_words()
    {
        await using var runner = await StartSearchingAsync();
        Put(runner, "a.txt", "alpha-1\nbeta-22\n" + new string('a', 5000) + "!\n");
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        var (_, files) = await SearchAsync(session, new SearchQuery(@"(\w+)-(\d+)", Regex: true, Replacement: "$2 $1"));
        Assert.Equal(["1 alpha", "22 beta"], files[0].Matches.Select(match => match.Replacement!));
        // ripgrep's dialect has no lookbehind: the walk finds it.
        Assert.Equal(1, (await SearchAsync(session, new SearchQuery("(?<=beta-)2", Regex: true))).End.Matches);
        Assert.Equal("search.regex", (await RefusedAsync(session, new SearchQuery("(", Regex: true))).Reason);
        Assert.Equal("search.text", (await RefusedAsync(session, new SearchQuery(""))).Reason);
        Assert.Equal("search.text", (await RefusedAsync(session, new SearchQuery("a\nb"))).Reason);
        Assert.Equal("search.long", (await RefusedAsync(session, new SearchQuery("a", Include: new string('*', 1001)))).Reason);
        Assert.Contains("takes too long", (await SearchAsync(session, new SearchQuery("^(?=a)(a+)+$", Regex: true))).End.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_ends_at_its_limit_and_when_it_is_cancelled()
    {
        await using var runner = await StartSearchingAsync();
        for (var i = 0; i < 12; i++)
            Put(runner, $"{i}.txt", string.Concat(Enumerable.Repeat("match\n", 1200)));
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        var (end, files) = await SearchAsync(session, new SearchQuery("match"));
        Assert.Equal((5000, true, false), (end.Matches, end.Limited, end.Cancelled));
        Assert.All(files, file => Assert.True(file.Matches.Count <= 1000));

        // Far below the time that a line may take, and long in sum.
        for (var i = 0; i < 200; i++)
            Put(runner, $"slow/{i}.txt", string.Concat(Enumerable.Repeat(new string('a', 12) + "!\n", 4000)));
        await StartAsync(session, "slow", new SearchQuery("^(?=a)(a+)+$", Regex: true, Include: "slow"));
        await session.CallAsync("search.cancel", new SearchParams("slow"), Json.SearchParams, Json.Nothing);
        Assert.True((await EndAsync(session, "slow")).Cancelled);
    }

    [Fact]
    public async Task The_next_search_of_a_client_ends_the_last()
    {
        await using var runner = await StartSearchingAsync();
        for (var i = 0; i < 200; i++)
            Put(runner, $"slow/{i}.txt", string.Concat(Enumerable.Repeat(new string('a', 12) + "!\n", 4000)));
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        await Task.WhenAll(StartAsync(session, "1", new SearchQuery("^(?=a)(a+)+$", Regex: true)), StartAsync(session, "2", new SearchQuery("nowhere")));
        EndedSearch[] ends = [await session.NextAsync("search.ended", Json.EndedSearch, cancellation: Token), await session.NextAsync("search.ended", Json.EndedSearch, cancellation: Token)];
        Assert.Equal([("1", true), ("2", false)], ends.OrderBy(end => end.Search).Select(end => (end.Search, end.Cancelled)));
    }

    [Fact]
    public async Task A_search_begins_when_the_one_before_it_has_left_its_line()
    {
        await using var runner = await StartSearchingAsync();
        Put(runner, "slow.txt", new string('a', 5000) + "!\n");
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        // A line takes it a second, and nobody can call it back from there.
        await Task.WhenAll(StartAsync(session, "1", new SearchQuery("^(?=a)(a+)+$", Regex: true)), StartAsync(session, "2", new SearchQuery("nowhere")));
        EndedSearch[] ends = [await session.NextAsync("search.ended", Json.EndedSearch, cancellation: Token), await session.NextAsync("search.ended", Json.EndedSearch, cancellation: Token)];
        Assert.Equal(["1", "2"], ends.Select(end => end.Search));
    }

    [Fact]
    public async Task What_was_found_is_replaced_and_what_changed_meanwhile_is_left()
    {
        await using var runner = await StartSearchingAsync();
        Put(runner, "a.txt", "\uFEFFone two\r\none two\r\n");
        Put(runner, "b.txt", "one");
        Put(runner, "c.txt", "one");
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        var query = new SearchQuery("one", MatchCase: true, Replacement: "$1");
        var (_, files) = await SearchAsync(session, query);
        await session.WriteFileAsync("b.txt", "one more");
        var replaced = await session.CallAsync(
            "search.replace", new ReplaceInFiles(query, [.. files.Select(file => new ReplaceInFile(file.Path, file.Version, file.Path == "a.txt" ? [new MatchPlace(2, 0)] : null))]),
            Json.ReplaceInFiles, Json.ReplacedInFiles);
        Assert.Equal((2, 2), (replaced.Files, replaced.Matches));
        Assert.Equal(["b.txt"], replaced.Left);
        Assert.Equal("\uFEFFone two\r\n$1 two\r\n", (await session.ReadFileAsync("a.txt")).Content);
        Assert.Equal(("one more", "$1"), ((await session.ReadFileAsync("b.txt")).Content, (await session.ReadFileAsync("c.txt")).Content));
        await using var viewer = await runner.Client.OpenSessionAsync("local-vic", Role.Viewer, cancellation: Token);
        var refused = await Assert.ThrowsAsync<RunnerErrorException>(() => viewer.CallAsync("search.replace", new ReplaceInFiles(query, []), Json.ReplaceInFiles, Json.ReplacedInFiles));
        Assert.Equal(ErrorCodes.Forbidden, refused.Code);
    }

    [Fact]
    public async Task All_files_are_named_for_opening()
    {
        await using var runner = await StartSearchingAsync();
        foreach (var path in (string[])["a.txt", "src/b.ts", "src/deep/c.ts", "node_modules/x/index.js", ".env"])
            Put(runner, path, "");
        await using var session = await runner.Client.OpenSessionAsync(role: Role.Viewer, cancellation: Token);
        var paths = await session.CallAsync("search.files", new Nothing(), Json.Nothing, Json.WorkspacePaths);
        Assert.Equal(
            [".env", "a.txt", "src/b.ts", "src/deep/c.ts"],
            paths.Folders.SelectMany(folder => folder.Names.Select(name => folder.Folder.Length == 0 ? name : $"{folder.Folder}/{name}")).Order(StringComparer.Ordinal));
        Assert.False(paths.Limited);
    }

    private async Task<RunnerProgram> StartSearchingAsync()
    {
        var runner = await StartAsync(variables: ripgrep ? null : new Dictionary<string, string?> { ["PATH"] = "/usr/local/empty" });
        await runner.Client.ControlAsync(cancellation: Token);
        return runner;
    }

    private static void Put(RunnerProgram runner, string path, string text)
    {
        var full = Path.Combine(runner.Workspace, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private static async Task<(EndedSearch End, List<FoundFile> Files)> SearchAsync(RunnerSession session, SearchQuery query)
    {
        var name = Guid.NewGuid().ToString("n");
        var files = new List<FoundFile>();
        await StartAsync(session, name, query);
        while (true)
        {
            var (method, told) = await session.NextOfAsync(["search.found", "search.ended"], Token);
            if (method == "search.found")
                files.AddRange(told.Deserialize(Json.SearchFound)!.Files);
            else if (told.Deserialize(Json.EndedSearch)! is var end && end.Search == name)
                return (end, files);
        }
    }

    private static Task<Nothing> StartAsync(RunnerSession session, string name, SearchQuery query) =>
        session.CallAsync("search.start", new StartSearch(name, query), Json.StartSearch, Json.Nothing);

    private static Task<EndedSearch> EndAsync(RunnerSession session, string name) =>
        session.NextAsync("search.ended", Json.EndedSearch, end => end.Search == name, Token);

    private static Task<RunnerErrorException> RefusedAsync(RunnerSession session, SearchQuery query) =>
        Assert.ThrowsAsync<RunnerErrorException>(() => StartAsync(session, "x", query));
}

[Trait("Tier", "integration")]
public sealed class SearchJitTests(JitRunner runner) : SearchSuite(runner, ripgrep: true), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class WalkingSearchJitTests(JitRunner runner) : SearchSuite(runner, ripgrep: false), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class SearchAotTests(AotRunner runner) : SearchSuite(runner, ripgrep: true), IClassFixture<AotRunner>;

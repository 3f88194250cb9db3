using System.Text.Json;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Testing;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Languages;

/// <summary>The servers that templates declare, as the templates declare them, from the packages that the lock files pin.</summary>
[Trait("Tier", "integration")]
public sealed class RealServerTests
{
    private static readonly ProtocolJson Json = ProtocolJson.Default;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, string, string> Servers => new()
    {
        { "node", "typescript", "a.ts", "const word = \"a\";\nword.toUpp", "toUpperCase" },
        { "bash", "bash", "a.sh", "greet() { echo hi; }\ngre", "greet" },
    };

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task It_completes(string template, string id, string file, string text, string expected)
    {
        await using var session = await StartAsync(template, id);
        var answer = await session.AskAsync(file, text, "textDocument/completion", text.Split('\n')[^1].Length, 1);
        Assert.Contains(expected, Items(answer).Select(item => item.GetProperty("label").GetString()));
    }

    [Fact]
    public async Task TypeScript_finds_what_is_wrong_and_where_things_are()
    {
        await using var session = await StartAsync("node", "typescript");
        const string Text = "export const count: number = \"a\";\ncount;";
        var diagnostics = await session.AskAsync("a.ts", Text, "textDocument/diagnostic", 0, 0);
        Assert.Contains("not assignable", diagnostics.GetProperty("result").GetProperty("items")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        var definition = await session.AskAsync("a.ts", Text, "textDocument/definition", 2, 1);
        Assert.Contains("\"line\":0", definition.GetProperty("result").GetRawText(), StringComparison.Ordinal);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement answer)
    {
        var result = answer.GetProperty("result");
        return (result.ValueKind == JsonValueKind.Array ? result : result.GetProperty("items")).EnumerateArray();
    }

    private static async Task<Started> StartAsync(string template, string id)
    {
        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(BuiltProgram.RepositoryRoot, "templates", template, "template.json"), Token));
        var spec = manifest.RootElement.GetProperty("languageServers").EnumerateArray()
            .Select(server => server.Deserialize(ControlJson.Default.LanguageServerSpec)!).Single(server => server.Id == id);
        var folder = await LanguageSet.EnsureAsync(spec.Package!);
        var runner = await RunnerProgram.StartAsync(variables: new Dictionary<string, string?> { ["DEVEX_LANGUAGES"] = folder });
        await runner.Client.ControlAsync(new ControlRequest(RunnerClient.WebOrigin, LanguageServers: [spec with { MemoryMegabytes = spec.MemoryMegabytes > 0 ? spec.MemoryMegabytes : 1024 }]), Token);
        var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        var socket = await RunnerLanguage.OpenAsync(runner.Client, session, id, Token);
        await socket.StateAsync("running", Token);
        return new Started(runner, session, socket);
    }

    private sealed record Started(RunnerProgram Runner, RunnerSession Session, RunnerLanguage Socket) : IAsyncDisposable
    {
        public async Task<JsonElement> AskAsync(string file, string text, string method, int character, int line)
        {
            await File.WriteAllTextAsync(Path.Combine(Runner.Workspace, file), text, Token);
            var opened = await Session.CallAsync("documents.open", new OpenDocument(file), Json.OpenDocument, Json.OpenedDocument, Token);
            return await Socket.AskAsync(method, JsonSerializer.Serialize(new
            {
                textDocument = new { uri = $"file://{Runner.Workspace}/{file}", version = opened.Version },
                position = new { line, character },
            }), Token);
        }

        public async ValueTask DisposeAsync()
        {
            await Socket.DisposeAsync();
            await Session.DisposeAsync();
            await Runner.DisposeAsync();
        }
    }
}

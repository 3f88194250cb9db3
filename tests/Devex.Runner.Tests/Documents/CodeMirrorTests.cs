using System.Diagnostics;
using System.Text.Json;
using CsCheck;
using Devex.Runner.Documents;
using Xunit;

namespace Devex.Runner.Tests.Documents;

/// <summary>Our change sets against CodeMirror's own, run by Node (tests/tools/codemirror).</summary>
[Trait("Tier", "integration")]
public sealed class CodeMirrorTests
{
    private const int Cases = 20_000;

    [Fact]
    public async Task Change_sets_apply_map_and_move_positions_as_CodeMirrors_do()
    {
        var cases = new List<(string Text, ChangeSet A, ChangeSet B, int Position)>();
        Changes.TwoOfOneText.Select(Gen.Int[0, 30]).Sample(
            pair =>
            {
                lock (cases) cases.Add((pair.Item1.Text, pair.Item1.A, pair.Item1.B, Math.Min(pair.Item2, pair.Item1.Text.Length)));
            },
            iter: Cases);

        var answers = await AskAsync(cases.ConvertAll(one =>
            $"{{\"text\":{JsonSerializer.Serialize(one.Text)},\"a\":{Changes.Json(one.A)},\"b\":{Changes.Json(one.B)},\"position\":{one.Position}}}"));

        Assert.Equal(cases.Count, answers.Count);
        for (var i = 0; i < cases.Count; i++)
        {
            var (text, a, b, position) = cases[i];
            var answer = answers[i].RootElement;
            Assert.Equal(answer.GetProperty("applied").GetString(), Changes.Apply(text, a));
            Assert.Equal(Normal(answer.GetProperty("json").GetString()!), Changes.Json(a));
            Assert.Equal(Normal(answer.GetProperty("after").GetString()!), Changes.Json(a.Map(b)));
            Assert.Equal(Normal(answer.GetProperty("before").GetString()!), Changes.Json(a.Map(b, before: true)));
            Assert.Equal(answer.GetProperty("staysLeft").GetInt32(), a.MapPosition(position));
            Assert.Equal(answer.GetProperty("staysRight").GetInt32(), a.MapPosition(position, after: true));
        }
    }

    // The same JSON with .NET's escapes.
    private static string Normal(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);

    private static async Task<List<JsonDocument>> AskAsync(List<string> lines)
    {
        var folder = Path.Combine(Devex.Testing.BuiltProgram.RepositoryRoot, "tests/tools/codemirror");
        if (!Directory.Exists(Path.Combine(folder, "node_modules"))) await RunAsync(folder, "npm", "ci", []);
        var output = await RunAsync(folder, "node", "peer.mjs", lines);
        return output.ConvertAll(line => JsonDocument.Parse(line));
    }

    private static async Task<List<string>> RunAsync(string folder, string program, string argument, List<string> input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, argument)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var reading = Task.Run(async () =>
        {
            var output = new List<string>();
            while (await process.StandardOutput.ReadLineAsync() is { } line) output.Add(line);
            return output;
        });
        foreach (var line in input) await process.StandardInput.WriteLineAsync(line);
        process.StandardInput.Close();
        var lines = await reading;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return lines;
    }
}

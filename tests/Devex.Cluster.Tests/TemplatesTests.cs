using Devex.Testing.Runner;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>The session image of each template, made of its own Dockerfile.</summary>
public sealed class TemplatesTests(ClusterStack stack)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bash", "echo $((6 * 7))", "42", "bash")]
    [InlineData("node", "npm init --yes >/dev/null && npx --version >/dev/null && node -p '`${6 * 7}`'", "42", "typescript", "json", "html", "css")]
    [InlineData("python", "python3 -c 'print(6 * 7)'", "42", "python", "json")]
    [InlineData("static", "python3 -c 'print(6 * 7)'", "42", "html", "css", "typescript", "json")]
    [InlineData("go", "go env GOOS", "linux", "go")]
    [InlineData("dotnet", "dotnet build -nologo -v q >/tmp/said && echo built || tail -3 /tmp/said", "built")]
    public async Task An_image_has_its_templates_tools_and_language_servers_for_a_user_without_rights(string template, string command, string says, params string[] servers)
    {
        using var repl = await ClusterRepl.StartNewAsync(stack, template);
        await using (var session = await repl.OpenAsync())
        {
            Assert.Equal("1000", await repl.ShellAsync(session, "id -u"));
            Assert.EndsWith(says, await repl.ShellAsync(session, command), StringComparison.Ordinal);
            foreach (var server in servers)
            {
                await using var language = await RunnerLanguage.OpenAsync(repl.Runner, session, server, repl.Origin, Cancelled);
                var state = await language.NextAsync("devex/state", told => told.GetProperty("state").GetString() is not ("stopped" or "starting"), Cancelled);
                Assert.Equal("running", state.GetProperty("params").GetProperty("state").GetString());
            }
        }
        Assert.Null((await repl.StopAndWaitAsync()).Problem);
    }
}

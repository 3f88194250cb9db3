using System.Net;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>What users' code finds in its pod, and what it gets from outside it.</summary>
public sealed class InsideTests(ClusterStack stack)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_finds_no_credential_of_cluster_storage_or_Core()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        await using (var session = await repl.OpenAsync())
        {
            Assert.Equal("none", await repl.ShellAsync(session, "ls -d /var/run/secrets /run/secrets /control /bootstrap /files 2>/dev/null || echo none"));
            Assert.Equal("0", await repl.ShellAsync(session, $"(env; tr '\\0' '\\n' </proc/1/environ) | grep -v DEVEX_CORE_KEY | grep -cE 'AWS|S3_|{stack.Services.S3.AccessKey}|eyJ'"));
            Assert.Equal("1", await repl.ShellAsync(session, "grep NoNewPrivs /proc/self/status | cut -f 2"));
            Assert.Equal("0000000000000000", await repl.ShellAsync(session, "grep CapBnd /proc/self/status | cut -f 2"));
        }
        await repl.StopAndWaitAsync();
    }

    [Fact]
    public async Task It_gets_nothing_from_Cores_session_listener()
    {
        using var repl = await ClusterRepl.StartNewAsync(stack);
        await using (var session = await repl.OpenAsync())
        {
            Assert.Equal("401", await repl.ShellAsync(session, Status($"{stack.SessionUrl}/internal/sessions/{repl.Id}/root")));
            Assert.Equal("401", await repl.ShellAsync(session, Status($"-X POST -H 'Content-Type: application/json' -d '{{}}' {stack.SessionUrl}/internal/sessions/{repl.Id}/claims")));
            Assert.Equal("404", await repl.ShellAsync(session, Status($"{stack.SessionUrl}/api/repls")));
            Assert.Equal("403", await repl.ShellAsync(session, Status($"{stack.Services.S3.ServiceUrl}/devex")));
        }
        await repl.StopAndWaitAsync();

        static string Status(string arguments) => $"curl -s -o /dev/null -w '%{{http_code}}\\n' {arguments}";
    }

    [Fact]
    public async Task Two_REPLs_are_strangers_to_each_other_without_a_ticket()
    {
        using var one = await ClusterRepl.StartNewAsync(stack);
        using var other = await ClusterRepl.StartNewAsync(stack);
        await using (var session = await one.OpenAsync())
        {
            await using var others = await other.OpenAsync();
            await others.WriteFileAsync("secret.txt", "of the other", expected: null);
            var address = await Kubectl.OfReplAsync(other.Id.ToString(), "service", "{.items[0].spec.clusterIP}");
            foreach (var path in (string[])["files/secret.txt", "status", "archive", "session"])
                Assert.Matches("^40[013]$", await one.ShellAsync(session, $"curl -s -o /dev/null -w '%{{http_code}}\\n' http://{address}:7070/{path}"));
            // One's own credential opens nothing there either.
            using var refused = await other.Runner.SendAsync(HttpMethod.Get, "/files/secret.txt", session.Welcome.Token, one.Origin, cancellation: Cancelled);
            Assert.NotEqual(HttpStatusCode.OK, refused.StatusCode);
        }
        await one.StopAndWaitAsync();
        await other.StopAndWaitAsync();
    }
}

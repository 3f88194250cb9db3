using System.Net;
using System.Net.Sockets;
using System.Text;
using Devex.Contracts.Protocol;
using Devex.Runner.Tests.Conformance;
using Devex.Testing;
using Xunit;

namespace Devex.Runner.Tests.Git;

/// <summary>A credential that was given for one operation is seen by nothing else: no file, no program, no other host.</summary>
public abstract class CredentialSecrecySuite(IRunnerFixture fixture) : TransferSuite(fixture)
{
    [Fact]
    public async Task What_was_given_for_one_push_is_nowhere_afterwards_and_in_no_programs_environment()
    {
        await using var server = await ServerAsync();
        server.Create("one.git");
        await using var runner = await StartWithAsync(server);
        // Helpers that a person set up for the terminal would store what they are told.
        await File.WriteAllTextAsync(Path.Combine(runner.Home, ".gitconfig"), $"[credential]\n\thelper = store\n[credential \"{server.Url}\"]\n\thelper = store\n", Token);
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        await BeginAsync(runner, ada);
        await WriteProgramAsync(Path.Combine(runner.Workspace, ".git/hooks/pre-push"), $"#!/bin/sh\nenv > '{runner.Home}/seen'\ncat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >> '{runner.Home}/seen'\n");
        await AddAsync(ada, $"{server.Url}/one.git");
        await WithCredentialAsync(ada, () => PushAsync(ada, "origin"));

        var token = Encoding.UTF8.GetBytes(Secret);
        // All but what serve has locked, which is empty.
        var files = new[] { runner.Workspace, runner.Home, runner.Journal }.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(file => !file.EndsWith(".devex-serving", StringComparison.Ordinal)).ToList();
        Assert.Contains(Path.Combine(runner.Home, "seen"), files);
        Assert.Contains(files, file => file.EndsWith(".git/config", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => File.ReadAllBytes(file).AsSpan().IndexOf(token) >= 0);
        Assert.DoesNotContain(Secret, runner.Process.OutputText, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(runner.Home, ".git-credentials")));

        Assert.Empty(Directory.GetDirectories(server.Folder, "devex-git-*"));

        // Nor does the next operation go on with it.
        var asking = FetchAsync(ada);
        await AnswerAsync(ada, await AskedAsync(ada), Secret);
        await asking;
    }

    [Fact]
    public async Task Nothing_that_the_session_can_write_runs_or_leads_elsewhere_while_the_credential_is_there()
    {
        await using var server = await ServerAsync();
        var remote = server.Create("one.git");
        using var trap = new TcpListener(IPAddress.Loopback, 0);
        trap.Start();
        var elsewhere = $"http://127.0.0.1:{((IPEndPoint)trap.LocalEndpoint).Port}";
        using var loot = new TempFolder("devex-loot-");
        await using var runner = await StartWithAsync(server, new()
        {
            ["https_proxy"] = elsewhere,
            ["ALL_PROXY"] = elsewhere,
            ["GIT_SSL_NO_VERIFY"] = "1",
            ["GIT_SSL_CAINFO"] = "/dev/null",
            ["GIT_TRACE_CURL"] = loot["curl"],
            ["GIT_TRACE_REDACT"] = "0",
            ["GIT_CONFIG_COUNT"] = "1",
            ["GIT_CONFIG_KEY_0"] = "http.proxy",
            ["GIT_CONFIG_VALUE_0"] = elsewhere,
            ["SSLKEYLOGFILE"] = loot["keys"],
        });
        await using var ada = await runner.Client.OpenSessionAsync(name: "Ada", cancellation: Token);
        await BeginAsync(runner, ada);
        await AddAsync(ada, $"{server.Url}/one.git");

        // A spy that says that it ran, and takes what the pipes of a credential would give it.
        var spy = loot["spy"];
        await WriteProgramAsync(spy, $"#!/bin/sh\nprintf '%s\\n' \"$0 $*\" >> '{loot["ran"]}'\n{{ printf 'get\\nprotocol=https\\nhost={new Uri(server.Url).Authority}\\npath=one.git\\n\\n' >&8; timeout 2 cat <&9 >> '{loot["heard"]}'; }} 2>/dev/null\nexit 0\n");
        foreach (var hook in (string[])["pre-push", "reference-transaction", "post-merge", "pre-auto-gc", "post-checkout"])
            File.Copy(spy, Path.Combine(runner.Workspace, ".git/hooks", hook), overwrite: true);
        await File.AppendAllTextAsync(Path.Combine(runner.Workspace, ".git/config"), $"""
            [core]
            	sshCommand = {spy} ssh
            	fsmonitor = {spy}
            	askPass = {spy}
            	gitProxy = {spy}
            	alternateRefsCommand = {spy}
            [credential]
            	helper = "!{spy} helper"
            [credential "{server.Url}"]
            	helper = store
            	helper = "!{spy} helper"
            [http]
            	proxy = {elsewhere}
            	sslVerify = false
            	curloptResolve = 127.0.0.1:1:127.0.0.1
            [http "{server.Url}/one.git"]
            	proxy = {elsewhere}
            	sslVerify = false
            	extraHeader = X-Spy: yes
            	followRedirects = true
            [transfer]
            	fsckObjects = true
            [include]
            	path = {loot["more"]}
            """, Token);
        await File.WriteAllTextAsync(loot["more"], $"[url \"{elsewhere}/\"]\n\tpushInsteadOf = nothing-like-this\n", Token);

        var (status, _) = await WithCredentialAsync(ada, () => PushAsync(ada, "origin"));
        Assert.Equal(("origin/main", 0), (status.Upstream, status.Ahead));
        remote.Follow(("a.txt", "theirs"));
        await WithCredentialAsync(ada, () => FetchAsync(ada));
        await WithCredentialAsync(ada, () => PullAsync(ada, GitReconcile.Merge));
        Assert.Equal("theirs", await File.ReadAllTextAsync(Path.Combine(runner.Workspace, "a.txt"), Token));

        Assert.False(trap.Pending());
        // The hooks ran, as they do, and were given nothing.
        Assert.Contains("pre-push origin", await File.ReadAllTextAsync(loot["ran"], Token), StringComparison.Ordinal);
        Assert.Contains("post-merge", await File.ReadAllTextAsync(loot["ran"], Token), StringComparison.Ordinal);
        Assert.DoesNotContain("helper", await File.ReadAllTextAsync(loot["ran"], Token), StringComparison.Ordinal);
        Assert.False(File.Exists(loot["keys"]));
        var given = Encoding.UTF8.GetBytes(Secret);
        var basic = Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes($"ada:{Secret}")));
        foreach (var file in Directory.EnumerateFiles(loot.Path).Concat(Directory.EnumerateFiles(runner.Home, "*", SearchOption.AllDirectories)).Concat(Directory.EnumerateFiles(runner.Workspace, "*", SearchOption.AllDirectories)))
        {
            var bytes = await File.ReadAllBytesAsync(file, Token);
            Assert.True(bytes.AsSpan().IndexOf(given) < 0 && bytes.AsSpan().IndexOf(basic) < 0, file);
        }
    }
}

[Trait("Tier", "integration")]
public sealed class CredentialSecrecyJitTests(JitRunner runner) : CredentialSecrecySuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class CredentialSecrecyAotTests(AotRunner runner) : CredentialSecrecySuite(runner), IClassFixture<AotRunner>;

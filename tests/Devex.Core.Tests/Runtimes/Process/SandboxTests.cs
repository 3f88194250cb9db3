using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Devex.Core.Repls;
using Devex.Core.Runtimes.Process;
using Devex.Testing;
using Xunit;

namespace Devex.Core.Tests.Runtimes.Process;

/// <summary>What programs of a session can and cannot do: every script runs beside <c>serve</c>, as a user's terminal would.</summary>
[Trait("Tier", "integration")]
public sealed class SandboxTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new("devex-sandbox-");
    private ProcessHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ProcessHost.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _host.RemoveAllAsync();
        var run = _host.Folders.Run;
        await _host.DisposeAsync();
        Directory.Delete(run, recursive: true);
        _folder.Dispose();
    }

    [Theory]
    [InlineData("read the host's passwords", "cat /etc/shadow")]
    [InlineData("read the home folder of the host's user", "ls {home}/")]
    [InlineData("read ssh keys", "ls {home}/.ssh /root/.ssh")]
    [InlineData("see the data folder", "ls {data}")]
    [InlineData("see its own control folder", "cat {data}/*/control/bootstrap")]
    [InlineData("remount", "mount -o remount,rw,bind /usr")]
    [InlineData("mount", "mount -t tmpfs none /mnt")]
    [InlineData("make a user namespace", "unshare --user --map-root-user true")]
    [InlineData("write to the system", "touch /usr/bin/x || touch /etc/x || touch /x")]
    [InlineData("trace a process of the host", "kill -0 {core}")]
    [InlineData("enter the namespaces of a process of the host", "nsenter -t {core} -m true")]
    [InlineData("become root", "setpriv --reuid 0 true || su -c true")]
    [InlineData("load a device", "mknod /tmp/sda b 8 0")]
    [InlineData("change routes", "ip route del unreachable 10.0.0.0/8 || ip link set tap0 down")]
    [InlineData("reach the host's loopback", "exec 3<>/dev/tcp/127.0.0.1/{port}")]
    [InlineData("reach the host's loopback by the network's gateway", "exec 3<>/dev/tcp/10.0.2.2/{port}")]
    [InlineData("reach the host's own address", "exec 3<>/dev/tcp/{address}/{port}")]
    [InlineData("reach private networks", "exec 3<>/dev/tcp/10.0.0.1/80 || exec 3<>/dev/tcp/172.16.0.1/80 || exec 3<>/dev/tcp/192.168.0.1/80")]
    [InlineData("reach shared address space", "exec 3<>/dev/tcp/100.64.0.1/80")]
    [InlineData("reach the metadata service", "exec 3<>/dev/tcp/169.254.169.254/80")]
    public async Task A_session_cannot(string what, string script)
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        script = script
            .Replace("{home}", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), StringComparison.Ordinal)
            .Replace("{data}", _folder["data"], StringComparison.Ordinal)
            .Replace("{core}", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{address}", NetworkRoutes.HostAddresses()[0].ToString(), StringComparison.Ordinal)
            .Replace("{port}", ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var answer = await RunAsync($"( timeout 5 bash -c {Quote(script)} ) >/dev/null 2>&1 && echo yes || echo no");
        Assert.Equal($"{what}: no", $"{what}: {answer}");
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Two_sessions_use_the_same_port_on_their_own_loopback()
    {
        const string script = """
            python3 -c '
            import os, socket, time
            server = socket.create_server(("127.0.0.1", 3000))
            client = socket.create_connection(("127.0.0.1", 3000))
            connection, _ = server.accept()
            client.sendall(b"own loopback")
            print(connection.recv(100).decode(), flush=True)
            os.rename(".output", "output")
            time.sleep(60)
            '
            """;
        Assert.Equal("own loopback", await RunAsync(script));
        Assert.Equal("own loopback", await RunAsync(script));
    }

    [Fact]
    public async Task A_session_is_an_ordinary_user_in_its_workspace()
    {
        var answer = await RunAsync("id -un; id -u; pwd; echo ~; touch /workspace/a ~/b /tmp/c && echo writes; ls /proc | grep -c '^[0-9]*$'");
        var lines = answer.Split('\n');
        Assert.Equal(["devex", "1000", "/workspace", "/home/devex", "writes"], lines[..5]);
        Assert.InRange(int.Parse(lines[5], CultureInfo.InvariantCulture), 2, 15);
    }

    [Fact]
    public async Task Sessions_have_host_users_of_their_own()
    {
        Assert.SkipUnless(Native.IsRoot, "Only root can give sessions users of their own.");
        var (one, other) = (await _host.StartReplAsync(), await _host.StartReplAsync());
        var uids = ((ReplRecord[])[one, other]).Select(repl => SessionPlace.Load(_host.Folders.Of(repl.Id).Record)!.Uid).ToArray();
        Assert.NotEqual(uids[0], uids[1]);
        Assert.All(uids, uid => Assert.InRange(uid!.Value, 200_001, 1_000_200_000));
        var restoredBy = await File.ReadAllTextAsync(Path.Combine(_host.Folders.Of(one.Id).Workspace, "restored-by"), TestContext.Current.CancellationToken);
        Assert.Equal($"{uids[0]}", restoredBy.Trim());
    }

    [Fact]
    public async Task A_fork_bomb_meets_the_pids_limit()
    {
        var answer = await RunAsync("""
            python3 -c '
            import os, time
            made = 0
            try:
                while made < 3000:
                    if os.fork() == 0:
                        time.sleep(30)
                        os._exit(0)
                    made += 1
            except OSError as e:
                print("limit", 100 < made < 1100)
            else:
                print("no limit")
            '
            """);
        Assert.Equal("limit True", answer);
    }

    private static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    /// <summary>Runs a script in a new session and returns its output.</summary>
    private async Task<string> RunAsync(string script)
    {
        var repl = _host.Repls.Create();
        // The stand-in's serve starts .run, which restore must not have removed: it is put there between the two.
        var workspace = _host.Folders.Of(repl.Id).Workspace;
        _host.Store.Written = record =>
        {
            if (record.Id == repl.Id && record.Phase is Core.Sessions.SessionPhase.Starting)
                File.WriteAllText(Path.Combine(workspace, ".run"), "{\n" + script + "\n} >.output; mv .output output");
        };
        await _host.StartReplAsync(repl);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = Path.Combine(workspace, "output");
        while (!File.Exists(output))
            await Task.Delay(20, limit.Token);
        return (await File.ReadAllTextAsync(output, limit.Token)).Trim();
    }
}

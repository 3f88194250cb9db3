using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Devex.Testing;
using StackExchange.Redis;
using Xunit;

namespace Devex.EmbeddedRedis.Tests;

[Trait("Tier", "integration")]
public sealed class ServerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_written_is_there_after_a_restart_in_every_kind_that_Devex_uses()
    {
        await using var server = await RedisServer.StartAsync(RedisKind.Garnet, Cancelled);
        await using (var redis = await ConnectAsync(server))
        {
            var database = redis.GetDatabase();
            await database.StringSetAsync("text", "one");
            await database.HashSetAsync("hash", [new("field", "two"), new("other", "three")]);
            await database.SetAddAsync("set", ["four", "five"]);
            await database.StringSetAsync("gone", "x");
            await database.KeyDeleteAsync("gone");
            await database.StringSetAsync("ends", "six", TimeSpan.FromHours(1));
            Assert.Equal(2, (int)await database.ScriptEvaluateAsync("return redis.call('HLEN', KEYS[1])", ["hash"]));
        }
        Assert.Equal(0, await server.Program.StopAsync());
        Assert.Contains("Stopped, everything committed", server.Program.OutputText, StringComparison.Ordinal);

        await server.RestartAsync(Cancelled);
        await using var again = await ConnectAsync(server);
        var after = again.GetDatabase();
        Assert.Equal("one", await after.StringGetAsync("text"));
        Assert.Equal(["three", "two"], (await after.HashGetAllAsync("hash")).Select(field => field.Value.ToString()).Order());
        Assert.Equal(["five", "four"], (await after.SetMembersAsync("set")).Select(member => member.ToString()).Order());
        Assert.False(await after.KeyExistsAsync("gone"));
        Assert.InRange((await after.KeyTimeToLiveAsync("ends"))!.Value, TimeSpan.FromMinutes(30), TimeSpan.FromHours(1));
    }

    /// <summary>What was acknowledged more than a second before is committed: the option is a commit each second.</summary>
    [Fact]
    public async Task After_a_kill_it_starts_again_with_what_was_committed()
    {
        await using var server = await RedisServer.StartAsync(RedisKind.Garnet, Cancelled);
        await using (var redis = await ConnectAsync(server))
        {
            var database = redis.GetDatabase();
            await Task.WhenAll(Enumerable.Range(0, 500).Select(n => database.StringSetAsync($"key:{n}", new string((char)('a' + (n % 26)), 1000))));
            // The commit is the server's own to tell; asking for one more is the way to know that the last is done.
            await database.ExecuteAsync("COMMITAOF");
        }
        await server.Program.KillAsync();

        await server.RestartAsync(Cancelled);
        await using var again = await ConnectAsync(server);
        var after = again.GetDatabase();
        for (var n = 0; n < 500; n++)
            Assert.Equal(new string((char)('a' + (n % 26)), 1000), await after.StringGetAsync($"key:{n}"));
        await after.StringSetAsync("more", "1");
        Assert.Equal("1", await after.StringGetAsync("more"));
    }

    [Fact]
    public async Task Nothing_is_answered_without_the_password()
    {
        await using var server = await RedisServer.StartAsync(RedisKind.Garnet, Cancelled);
        foreach (var command in new[] { "GET k", "SET k v", "KEYS *", "FLUSHALL", "CONFIG GET *", "EVAL \"return 1\" 0", "AUTH wrong", "AUTH" })
        {
            var answer = await AskAsync(server.Port, command);
            Assert.True(answer.StartsWith('-'), $"{command}: {answer}");
        }
        await Assert.ThrowsAnyAsync<RedisException>(() => ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port},password=wrong,connectRetry=0"));
        Assert.StartsWith("+OK", await AskAsync(server.Port, $"AUTH {server.Password}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_listens_on_loopback_alone()
    {
        await using var server = await RedisServer.StartAsync(RedisKind.Garnet, Cancelled);
        var listener = Assert.Single(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), listener => listener.Port == server.Port);
        Assert.Equal(IPAddress.Loopback, listener.Address.IsIPv4MappedToIPv6 ? listener.Address.MapToIPv4() : listener.Address);
        foreach (var address in NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address).Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)))
        {
            using var client = new TcpClient();
            await Assert.ThrowsAnyAsync<SocketException>(() => client.ConnectAsync(address, server.Port, Cancelled).AsTask());
        }
    }

    [Fact]
    public async Task Bad_arguments_and_a_taken_port_are_said_in_words()
    {
        await using var bad = ProgramProcess.Start(BuiltProgram.Path("Devex.EmbeddedRedis"), ["--port", "nine"], new Dictionary<string, string?> { ["REDIS_PASSWORD"] = "p" });
        Assert.Equal(2, await bad.WaitForExitAsync(cancellationToken: Cancelled));
        Assert.Contains("Usage: Devex.EmbeddedRedis --port", bad.OutputText, StringComparison.Ordinal);

        using var data = new TempFolder();
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        await using var late = ProgramProcess.Start(
            BuiltProgram.Path("Devex.EmbeddedRedis"), ["--port", $"{port}", "--data", data.Path], new Dictionary<string, string?> { ["REDIS_PASSWORD"] = "p" });
        Assert.Equal(1, await late.WaitForExitAsync(cancellationToken: Cancelled));
        Assert.Contains($"Redis on 127.0.0.1:{port} failed", late.OutputText, StringComparison.Ordinal);
    }

    private static Task<ConnectionMultiplexer> ConnectAsync(RedisServer server) => ConnectionMultiplexer.ConnectAsync(server.ConnectionString);

    /// <summary>The first line of the answer to an inline command.</summary>
    private static async Task<string> AskAsync(int port, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancelled);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Resp(command)), Cancelled);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync(Cancelled) ?? "";
    }

    private static string Resp(string command)
    {
        var parts = command.Split(' ');
        return $"*{parts.Length}\r\n" + string.Concat(parts.Select(part => $"${part.Length}\r\n{part}\r\n"));
    }
}

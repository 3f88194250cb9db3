using System.Security.Cryptography;
using StackExchange.Redis;

namespace Devex.Testing;

/// <summary>A Redis server of its own on a free loopback port, with a generated password, empty at the start.</summary>
/// <remarks>Test projects that use <see cref="RedisKind.Garnet"/> reference Devex.EmbeddedRedis as <see cref="BuiltProgram"/> shows.</remarks>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly TempFolder _data;
    private readonly RedisKind _kind;
    private ProgramProcess _program;

    private RedisServer(RedisKind kind, TempFolder data, int port, string password, ProgramProcess program)
    {
        _kind = kind;
        _data = data;
        _program = program;
        Port = port;
        Password = password;
    }

    public int Port { get; }

    public string Password { get; }

    /// <summary>StackExchange.Redis form: <c>127.0.0.1:port,password=…</c>.</summary>
    public string ConnectionString => $"127.0.0.1:{Port},password={Password}";

    /// <summary>The server's process, for tests that stop it, freeze it or read its output.</summary>
    public ProgramProcess Program => _program;

    public static async Task<RedisServer> StartAsync(RedisKind kind, CancellationToken cancellationToken = default)
    {
        var data = new TempFolder("devex-redis-");
        var port = FreePort.Next();
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var server = new RedisServer(kind, data, port, password, Launch(kind, data, port, password));
        await server.WaitForPingAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts the server again on the same port after its program was stopped or killed.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await _program.DisposeAsync();
        _program = Launch(_kind, _data, Port, Password);
        await WaitForPingAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        _data.Dispose();
    }

    private static ProgramProcess Launch(RedisKind kind, TempFolder data, int port, string password) => kind switch
    {
        RedisKind.Redis => ProgramProcess.Start(
            "redis-server",
            ["--bind", "127.0.0.1", "--port", $"{port}", "--requirepass", password, "--save", "", "--appendonly", "no", "--dir", data.Path],
            workingDirectory: data.Path),
        RedisKind.Garnet => ProgramProcess.Start(
            BuiltProgram.Path("Devex.EmbeddedRedis"),
            ["--port", $"{port}", "--password", password, "--data", data.Path],
            workingDirectory: data.Path),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private Task WaitForPingAsync(CancellationToken cancellationToken) =>
        Program.WaitForAsync($"{_kind} on port {Port}", async _ =>
        {
            try
            {
                await using var connection = await ConnectionMultiplexer.ConnectAsync($"{ConnectionString},connectRetry=0,connectTimeout=2000");
                await connection.GetDatabase().PingAsync();
                return true;
            }
            catch (RedisException)
            {
                return false;
            }
        }, cancellationToken: cancellationToken);
}

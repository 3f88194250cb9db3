using System.Net.Sockets;
using Devex.Testing;
using Devex.Testing.Runner;

namespace Devex.Bench.Terminals;

/// <summary>ttyd; one server per command, which it starts anew for each client.</summary>
/// <param name="tcp">On ports of 127.0.0.1, as a runner listens in a pod, and not on Unix sockets, as one does beside Core.</param>
internal sealed class TtydServers(bool tcp) : IAsyncDisposable
{
    /// <summary>Where tests/tools/ttyd.sh leaves it.</summary>
    public static readonly string Program = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "devex", "ttyd", "ttyd");

    private readonly TempFolder _folder = new("devex-ttyd-");
    private readonly Dictionary<string, (ProgramProcess Server, string Address)> _servers = [];

    /// <summary>Where the server of a command listens, as in <c>DEVEX_LISTEN</c>. The first call starts it.</summary>
    public async Task<string> FindAsync(string command)
    {
        if (_servers.TryGetValue(command, out var known))
            return known.Address;
        var (port, path) = (FreePort.Next(), _folder[$"{_servers.Count}.sock"]);
        string[] listen = tcp ? ["--interface", "lo", "--port", $"{port}"] : ["--interface", path];
        var (server, address) = (ProgramProcess.Start(Program, ["--writable", .. listen, "bash", "-c", command]), tcp ? $"http://127.0.0.1:{port}" : $"unix:{path}");
        _servers[command] = (server, address);
        await server.WaitForAsync(address, async token =>
        {
            try
            {
                using var dialled = await RunnerClient.DialAsync(address, token);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
        return address;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (server, _) in _servers.Values)
            await server.DisposeAsync();
        _folder.Dispose();
    }
}

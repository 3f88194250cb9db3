using System.Net.Sockets;
using Devex.Testing;
using Devex.Testing.Runner;

namespace Devex.Bench.Terminals;

/// <summary>ttyd over Unix sockets, as the runner listens; one server per command, which it starts anew for each client.</summary>
internal sealed class TtydServers : IAsyncDisposable
{
    /// <summary>Where tests/tools/ttyd.sh leaves it.</summary>
    public static readonly string Program = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "devex", "ttyd", "ttyd");

    private readonly TempFolder _folder = new("devex-ttyd-");
    private readonly Dictionary<string, (ProgramProcess Server, string Address)> _servers = [];

    /// <summary>Where the server of a command listens: <c>unix:/path</c>. The first call starts it.</summary>
    public async Task<string> FindAsync(string command)
    {
        if (_servers.TryGetValue(command, out var known))
            return known.Address;
        var path = _folder[$"{_servers.Count}.sock"];
        var (server, address) = (ProgramProcess.Start(Program, ["--writable", "--interface", path, "bash", "-c", command]), "unix:" + path);
        _servers[command] = (server, address);
        await server.WaitForAsync(path, async token =>
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

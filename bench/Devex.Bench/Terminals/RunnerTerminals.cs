using Devex.Contracts.Protocol;
using Devex.Testing.Runner;

namespace Devex.Bench.Terminals;

/// <summary>The run terminal of a session, reached directly or through the Gateway.</summary>
internal sealed class RunnerTerminals(string name, RunnerClient client, RunnerSession session) : ITerminalHost
{
    public string Name => name;

    public async Task<TerminalSocket> OpenAsync(string command)
    {
        var json = ProtocolJson.Default;
        if ((await session.CallAsync("run.status", new Nothing(), json.Nothing, json.RunStatus)).Running)
            await session.CallAsync("run.stop", new Nothing(), json.Nothing, json.RunStatus);
        var run = await session.CallAsync("run.start", new StartRun(command), json.StartRun, json.RunStatus);
        return new TerminalSocket(
            await client.OpenSocketAsync($"/terminals/{run.Terminal}?offset=0", SessionProtocol.TokenPrefix + session.Welcome.Token), ttyd: false);
    }
}

using Devex.Bench.Browsers;
using Devex.Testing;

namespace Devex.Bench.Terminals;

/// <summary>ttyd's own page, which is a terminal and nothing else.</summary>
internal sealed class TtydPage : ISite
{
    private readonly TempFolder _folder = new("devex-ttyd-");
    private readonly ProgramProcess _program;

    private TtydPage(ProgramProcess program, int port) => (_program, Address) = (program, new Uri($"http://localhost:{port}/"));

    public string Name => "ttyd";

    public Uri Address { get; }

    public string? State => null;

    public string Folder => _folder.Path;

    public static async Task<TtydPage> StartAsync()
    {
        var port = FreePort.Next();
        var program = ProgramProcess.Start(TtydServers.Program, ["--writable", "--interface", "127.0.0.1", "--port", $"{port}", "bash"]);
        try
        {
            await program.WaitForHttpAsync(new Uri($"http://127.0.0.1:{port}/"));
            return new TtydPage(program, port);
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public Task ToTerminalAsync(MeasuredPage page) => page.ClickAsync(".xterm-screen");

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        _folder.Dispose();
    }
}

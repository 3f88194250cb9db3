using Devex.Testing;

namespace Devex.Bench.Programs;

/// <summary>The Gateway as its program, before the Core that it is told of.</summary>
internal sealed class GatewayProgram : IAsyncDisposable
{
    private readonly ProgramProcess _program;

    private GatewayProgram(ProgramProcess program, string address) => (_program, Address) = (program, address);

    public string Address { get; }

    /// <param name="port">Where it listens.</param>
    /// <param name="core">Address of what it asks where sessions are.</param>
    /// <param name="settings">What it has in common with the other programs of its stack.</param>
    /// <param name="folder">Where it runs.</param>
    /// <exception cref="InvalidOperationException">It did not start, or not in time; the message has its output.</exception>
    public static async Task<GatewayProgram> StartAsync(int port, string core, Dictionary<string, string?> settings, string folder, TimeSpan patience)
    {
        var address = $"http://127.0.0.1:{port}";
        var program = ProgramProcess.Start(BuiltProgram.Path("Devex.Gateway"), [], new Dictionary<string, string?>(settings)
        {
            ["ASPNETCORE_URLS"] = address,
            ["services__core__http__0"] = core,
        }, folder);
        try
        {
            await program.WaitForHttpAsync(new Uri(address + "/health"), patience);
            return new GatewayProgram(program, address);
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}

using Devex.Gateway.Tests.Fixtures;
using Devex.Testing.Services;
using Xunit;

[assembly: AssemblyFixture(typeof(Stack))]

namespace Devex.Gateway.Tests.Fixtures;

/// <summary>The Gateway as a program before a real Core with real sessions, started with the first test that needs it; two REPLs run in it for all.</summary>
public sealed class Stack : IAsyncLifetime
{
    private readonly Lazy<Task<(GatewayClient Client, RunningRepl Ada, RunningRepl Alan)>> _started;
    private ServiceStack? _services;

    public Stack() => _started = new(LaunchAsync);

    /// <summary>A REPL of Ada's and one of Alan's, each with a mirror on port 3000.</summary>
    internal Task<(GatewayClient Client, RunningRepl Ada, RunningRepl Alan)> StartAsync() => _started.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            var (client, ada, alan) = await _started.Value;
            await ada.DisposeAsync();
            await alan.DisposeAsync();
            client.Dispose();
        }
        if (_services is not null)
            await _services.DisposeAsync();
    }

    private async Task<(GatewayClient, RunningRepl, RunningRepl)> LaunchAsync()
    {
        _services = await ServiceStack.StartAsync(StackNames.Localhost());
        var client = new GatewayClient(_services);
        return (client, await RunningRepl.StartAsync(client, "local-ada"), await RunningRepl.StartAsync(client, "local-alan"));
    }
}

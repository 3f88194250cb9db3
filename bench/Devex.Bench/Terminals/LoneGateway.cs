using System.Collections.Concurrent;
using Devex.Bench.Programs;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Devex.Testing.Runner;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Devex.Bench.Terminals;

/// <summary>
/// The Gateway before what no Core started, a runner or ttyd: as the stack's own, but what it asks in the place of Core says that a session listens where that does. It
/// forwards to it as to any session, so that the rest of its way is the same.
/// </summary>
internal sealed class LoneGateway : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ReplId> _sessions = new();
    private readonly WebApplication _core;
    private GatewayProgram? _gateway;

    private LoneGateway()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _core = builder.Build();
        _core.MapGet("/internal/gateway/sessions/{id}", Locate);
    }

    public static async Task<LoneGateway> StartAsync(Stack stack)
    {
        var made = new LoneGateway();
        try
        {
            await made._core.StartAsync();
            made._gateway = await stack.StartGatewayAsync(made._core.Urls.First());
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>The way to a server of ttyd's: the Gateway's address, and the host of the REPL that the server passes for.</summary>
    public (string Dialled, string Host) Route(string server) => (_gateway!.Address, $"{_sessions.GetOrAdd(server, _ => ReplId.New())}.repl.localhost");

    /// <summary>A client of a runner that goes by the Gateway.</summary>
    public RunnerClient Before(RunnerProgram runner)
    {
        _sessions[runner.Address] = runner.ReplId;
        return new RunnerClient(_gateway!.Address, runner.ReplId, runner.Signer);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        await _core.DisposeAsync();
    }

    private IResult Locate(ReplId id) => _sessions.FirstOrDefault(session => session.Value == id).Key is { } server
        ? Results.Json(
            new SessionLocation(id, UserId.Local("ada"), "lone", server, "", TimeProvider.System.GetUtcNow().AddHours(1)), ApiJson.Default.SessionLocation)
        : Results.NotFound();
}

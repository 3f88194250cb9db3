using System.Collections.Concurrent;
using Devex.Bench.Programs;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Devex.Bench.Terminals;

/// <summary>
/// The Gateway before ttyd: started as the stack's own, but what it asks in the place of Core says that a session listens where a server of ttyd does. It
/// forwards to that as to any session, so that the rest of its way is the same.
/// </summary>
internal sealed class TtydGateway : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ReplId> _sessions = new();
    private readonly WebApplication _core;
    private GatewayProgram? _gateway;

    private TtydGateway()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _core = builder.Build();
        _core.MapGet("/internal/gateway/sessions/{id}", Locate);
    }

    public static async Task<TtydGateway> StartAsync(Stack stack)
    {
        var ttyd = new TtydGateway();
        try
        {
            await ttyd._core.StartAsync();
            ttyd._gateway = await stack.StartGatewayAsync(ttyd._core.Urls.First());
            return ttyd;
        }
        catch
        {
            await ttyd.DisposeAsync();
            throw;
        }
    }

    /// <summary>The way to a server of ttyd's: the Gateway's address, and the host of the REPL that the server passes for.</summary>
    public (string Dialled, string Host) Route(string server) => (_gateway!.Address, $"{_sessions.GetOrAdd(server, _ => ReplId.New())}.repl.localhost");

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        await _core.DisposeAsync();
    }

    private IResult Locate(ReplId id) => _sessions.FirstOrDefault(session => session.Value == id).Key is { } server
        ? Results.Json(
            new SessionLocation(id, UserId.Local("ada"), "ttyd", server, "", TimeProvider.System.GetUtcNow().AddHours(1)), ApiJson.Default.SessionLocation)
        : Results.NotFound();
}

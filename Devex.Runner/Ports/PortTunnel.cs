using System.Net;
using System.Net.Sockets;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Serving;
using Devex.Runner.Sessions;
using Microsoft.AspNetCore.Http.Features;

namespace Devex.Runner.Ports;

/// <summary>
/// <c>GET /ports/{port}</c> with <c>Upgrade: devex-tunnel</c>: the raw bytes of a connection to 127.0.0.1, then ::1. When the program
/// ends its half the tunnel ends after the last byte. Kestrel takes the end of the caller's half for the end of the connection, so that
/// a caller that wants the answer keeps its half open, as HTTP clients do.
/// </summary>
internal sealed class PortTunnel(ServeOptions options, IHostApplicationLifetime lifetime)
{
    private const string Protocol = "devex-tunnel";
    private const int BadGateway = 502;
    private const int BufferSize = 32 << 10;
    private static readonly TimeSpan DialTime = TimeSpan.FromSeconds(5);

    private readonly int _ownPort = Uri.TryCreate(options.Listen, UriKind.Absolute, out var listen) && listen.Scheme == "http" ? listen.Port : -1;

    public async Task ServeAsync(Visit visit, CancellationToken cancellation)
    {
        var port = PortNumber.Parse(visit.Rest);
        if (port == _ownPort)
            throw new SessionException(ErrorCodes.BadPath, "ports.own", "This port is the session's own.");
        var context = visit.Context;
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        if (upgrade is not { IsUpgradableRequest: true } || !string.Equals(context.Request.Headers.Upgrade, Protocol, StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.Upgrade = Protocol;
            throw new SessionException(StatusCodes.Status426UpgradeRequired, "ports.upgrade", $"Send Upgrade: {Protocol}.");
        }
        using var program = await DialAsync(IPAddress.Loopback, port, cancellation) ?? await DialAsync(IPAddress.IPv6Loopback, port, cancellation)
            ?? throw new SessionException(BadGateway, "ports.closed", $"No program listens on port {port}.");
        context.Response.Headers.Upgrade = Protocol;
        await using var caller = await upgrade.UpgradeAsync();
        await using var stream = new NetworkStream(program, ownsSocket: false);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        await PumpAsync(caller, stream, ended);
    }

    private static async Task PumpAsync(Stream caller, Stream stream, CancellationTokenSource ended)
    {
        var up = UpAsync();
        try
        {
            await stream.CopyToAsync(caller, BufferSize, ended.Token);
            await caller.FlushAsync(ended.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // One side is gone; so is the tunnel.
        }
        await ended.CancelAsync();
        await up;

        async Task UpAsync()
        {
            try
            {
                await caller.CopyToAsync(stream, BufferSize, ended.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // As below.
            }
            await ended.CancelAsync();
        }
    }

    private static async Task<Socket?> DialAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(DialTime);
        try
        {
            await socket.ConnectAsync(address, port, limit.Token);
            return socket;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            socket.Dispose();
            return null;
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Serving;
using Devex.Runner.Sessions;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Devex.Runner.Ports;

/// <summary>
/// <c>GET /ports/{port}</c> with <c>Upgrade: devex-tunnel</c>: the raw bytes of a connection to 127.0.0.1, then ::1. The end of a half is passed
/// on as such, so that a caller that has said all still gets the answer; the tunnel ends with the program's half, or with a caller that takes
/// nothing any more.
/// </summary>
internal sealed class PortTunnel(ServeOptions options, IHostApplicationLifetime lifetime)
{
    private const string Protocol = "devex-tunnel";
    private const int BadGateway = 502;
    private const int BufferSize = 32 << 10;
    private static readonly TimeSpan DialTime = TimeSpan.FromSeconds(5);

    // A caller that is gone looks like one that only has nothing more to say, until something is sent to it.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

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
        context.Features.GetRequiredFeature<KeptOutput>().Keep();
        await using var caller = await upgrade.UpgradeAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        await PumpAsync(caller, context.Features.Get<IConnectionSocketFeature>()?.Socket, program, ended);
    }

    private static async Task PumpAsync(Stream caller, Socket? callerSocket, Socket program, CancellationTokenSource ended)
    {
        await using var stream = new NetworkStream(program, ownsSocket: false);
        var saidAll = false;
        var up = UpAsync();
        try
        {
            var buffer = new byte[BufferSize];
            for (int read; (read = await stream.ReadAsync(buffer, ended.Token)) > 0;)
            {
                await caller.WriteAsync(buffer.AsMemory(0, read), ended.Token);
                await caller.FlushAsync(ended.Token);
                // Kestrel says nothing of what it cannot send any more, and has closed the socket.
                if (callerSocket is { Connected: false })
                    break;
                if (Volatile.Read(ref saidAll))
                    ended.CancelAfter(LongestSilence);
            }
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
                program.Shutdown(SocketShutdown.Send);
                Volatile.Write(ref saidAll, true);
                ended.CancelAfter(LongestSilence);
                return;
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // As above.
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

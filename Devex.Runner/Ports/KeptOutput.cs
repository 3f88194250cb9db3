using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Devex.Runner.Ports;

/// <summary>
/// Kestrel takes the end of what a caller sends for the end of the connection, and drops what was still to be answered. In a tunnel it is the end
/// of one half: once <see cref="Keep"/> was called, the connection ends when both halves have.
/// </summary>
internal sealed class KeptOutput
{
    private volatile bool _kept;

    /// <summary>For connections of which some become tunnels.</summary>
    public static void Use(ListenOptions listen) => listen.Use(next => async connection =>
    {
        var output = new KeptOutput();
        connection.Features.Set(output);
        using var closed = new CancellationTokenSource();
        await using var registration = connection.ConnectionClosed.UnsafeRegister(_ =>
        {
            if (!output._kept)
                closed.Cancel();
        }, null);
        connection.ConnectionClosed = closed.Token;
        await next(connection);
    });

    /// <summary>Before the caller can know that it may end its half.</summary>
    public void Keep() => _kept = true;
}

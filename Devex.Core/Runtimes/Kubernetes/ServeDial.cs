using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Devex.Core.Runtimes.Kubernetes;

/// <summary>Whether <c>serve</c> can be reached by the way that everybody will take; faster than to wait until the cluster calls the pod ready.</summary>
internal sealed class ServeDial(IOptions<KubernetesOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    // Before a Service's rules are laid, what is sent to it is lost, and TCP would send it again a second later.
    private static readonly TimeSpan One = TimeSpan.FromMilliseconds(300);

    // A kubelet is late by a second; who is not there by then needs longer than that.
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(5);

    public async Task UntilItListensAsync(string address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.ServeTimeout);
        try
        {
            var end = IPEndPoint.Parse(address["http://".Length..]);
            while (!await CanDialAsync(end, limit.Token))
                await Task.Delay(Look, time, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RuntimeException($"The session did not listen within {options.Value.ServeTimeout.TotalSeconds:0} s.");
        }
    }

    /// <summary>Whether it listens before something else changes; given up after five seconds.</summary>
    public async Task<bool> ListensBeforeAsync(string address, Task changed, CancellationToken cancellationToken)
    {
        var (end, since) = (IPEndPoint.Parse(address["http://".Length..]), time.GetTimestamp());
        while (!changed.IsCompleted && time.GetElapsedTime(since) < Ahead)
        {
            if (await CanDialAsync(end, cancellationToken))
                return true;
            await Task.WhenAny(changed, Task.Delay(Look, time, cancellationToken));
        }
        return false;
    }

    private static async Task<bool> CanDialAsync(IPEndPoint end, CancellationToken cancellationToken)
    {
        using var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(One);
        try
        {
            await socket.ConnectAsync(end, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}

using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Devex.Gateway.Tests.Fixtures;
using Devex.Testing;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Gateway.Tests.Forwarding;

/// <summary>What passes through the Gateway without a pause, up and down, leaves a way for everybody else's keystrokes: they have the same few threads.</summary>
[Trait("Tier", "integration")]
[Collection(nameof(Alone))]
public sealed class FloodTests(Stack stack)
{
    // More than a Gateway has threads for sockets on the machines that run this, so that each thread has some of either kind.
    private const int Each = 4;
    private const int Keys = 100;

    [Fact]
    public async Task Keys_come_through_beside_downloads_and_uploads_that_never_pause()
    {
        var (client, ada, alan) = await stack.StartAsync();
        var cookie = await alan.SignInAsync();
        await using var terminal = await ada.OpenTerminalAsync((await ada.Session.NewTerminalAsync()).Terminal);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var floods = Enumerable.Range(0, 2 * Each).Select(number => new Flood(client, new Uri(alan.Preview).Authority, cookie, up: number % 2 == 0)).ToList();
        var running = floods.ConvertAll(flood => flood.RunAsync(over.Token));
        await Task.WhenAll(floods.Select(flood => flood.Flows)).WaitAsync(ProgramProcess.DefaultTimeout, over.Token);

        var before = floods.ConvertAll(flood => flood.Bytes);
        for (var key = 0; key < Keys; key++)
        {
            var echo = key.ToString(CultureInfo.InvariantCulture);
            await terminal.WriteAsync($"echo k''{echo}.\n", over.Token);
            await terminal.ReadUntilAsync($"k{echo}.", over.Token);
        }
        Assert.All(floods, (flood, index) => Assert.True(flood.Bytes > before[index], "A flood has ended, or stood still."));

        await over.CancelAsync();
        await Task.WhenAll(running);
    }

    /// <summary>One request that goes on as fast as it is let through.</summary>
    private sealed class Flood(GatewayClient client, string authority, string cookie, bool up)
    {
        private const int PieceSize = 256 << 10;

        private readonly TaskCompletionSource _flows = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _bytes;

        /// <summary>Completes when more has passed than any buffer on the way holds.</summary>
        public Task Flows => _flows.Task;

        public long Bytes => Volatile.Read(ref _bytes);

        public async Task RunAsync(CancellationToken over)
        {
            try
            {
                using var socket = await client.DialAsync();
                var head = up
                    ? $"POST /sink HTTP/1.1\r\nContent-Length: {long.MaxValue}\r\nOrigin: http://{authority}\r\n"
                    : "GET /flood HTTP/1.1\r\n";
                await socket.SendAsync(Encoding.ASCII.GetBytes($"{head}Host: {authority}\r\n{cookie}\r\n\r\n"), over);
                var piece = new byte[PieceSize];
                while (await (up ? socket.SendAsync(piece, over) : socket.ReceiveAsync(piece, over)) is > 0 and var passed)
                {
                    if (Interlocked.Add(ref _bytes, passed) > 16 << 20)
                        _flows.TrySetResult();
                }
                _flows.TrySetException(new IOException("The flood was ended from the other side."));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                _flows.TrySetException(e);
            }
        }
    }
}

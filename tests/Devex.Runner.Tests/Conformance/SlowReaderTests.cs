using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Devex.Contracts.Protocol;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Conformance;

/// <summary>One who does not read is told so at the end, and nobody else notices.</summary>
[Trait("Tier", "integration")]
public sealed class SlowReaderTests
{
    private const int TooSlow = 4408;
    private const int Size = 1 << 20;
    // A little more than may wait for one client and what the network holds on the way.
    private const int Pushes = 20;
    private const int Tries = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_reads_nothing_is_closed_with_4408_and_stalls_nobody()
    {
        await using var runner = await RunnerProgram.StartAsync();
        await runner.Client.ControlAsync(cancellation: Token);
        await using var quick = await runner.Client.OpenSessionAsync(cancellation: Token);
        int? code = null;
        // Whoever does not take even the frame that is on its way within three seconds is cut without a word; a busy machine may make us that slow.
        for (var round = 0; round < Tries && code is null; round++)
            code = await StallAsync(runner, quick, $"{round}.txt");
        Assert.Equal(TooSlow, code);
        await quick.PingAsync();

        // A new ticket lets it in again, to the text as it is.
        await using var again = await runner.Client.OpenSessionAsync("local-bob", cancellation: Token);
        var opened = await again.CallAsync("documents.open", new OpenDocument("0.txt"), ProtocolJson.Default.OpenDocument, ProtocolJson.Default.OpenedDocument, Token);
        Assert.Equal(Size - Pushes, opened.Text!.Length);
    }

    /// <summary>Lets a client stop reading while another writes on, and then read again; returns the code with which it was closed, null when it was cut.</summary>
    private static async Task<int?> StallAsync(RunnerProgram runner, RunnerSession quick, string path)
    {
        await File.WriteAllTextAsync(Path.Combine(runner.Workspace, path), "", Token);
        using var slow = await runner.Client.OpenSocketAsync("/session", $"ticket.{await runner.Client.TicketAsync("local-bob", cancellation: Token)}", cancellation: Token);
        await slow.SendAsync(
            Encoding.UTF8.GetBytes($$$"""{"jsonrpc":"2.0","id":1,"method":"documents.open","params":{"path":"{{{path}}}"}}"""), WebSocketMessageType.Text, true, Token);
        // It reads until it has the document, and then no more.
        while (!(await ReceiveAsync(slow, Token)).Text.Contains("\"id\":1", StringComparison.Ordinal))
        {
        }

        var opened = await quick.CallAsync("documents.open", new OpenDocument(path), ProtocolJson.Default.OpenDocument, ProtocolJson.Default.OpenedDocument, Token);
        var before = 0;
        for (var n = 1; n <= Pushes; n++)
        {
            var text = new string((char)('a' + n), Size - n);
            var changes = JsonSerializer.SerializeToElement(new object[] { new object[] { before, text } });
            var pushed = await quick.CallAsync(
                "documents.push", new PushUpdates(opened.Document, n - 1, [new DocumentUpdate("adaadaadaadaadaa", n, changes)]),
                ProtocolJson.Default.PushUpdates, ProtocolJson.Default.PushedUpdates, Token);
            Assert.Equal(n, pushed.Version);
            before = text.Length;
        }

        // What was on its way still comes, and then why there is no more.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var frames = 0;
        try
        {
            while ((await ReceiveAsync(slow, limit.Token)).Type != WebSocketMessageType.Close)
                frames++;
        }
        catch (WebSocketException)
        {
            return null;
        }
        Assert.InRange(frames, 0, Pushes - 1);
        return (int)slow.CloseStatus!.Value;
    }

    private static async Task<(WebSocketMessageType Type, string Text)> ReceiveAsync(WebSocket socket, CancellationToken cancellation)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            message.Write(buffer.AsSpan(0, part.Count));
            if (part.EndOfMessage)
                return (part.MessageType, Encoding.UTF8.GetString(message.ToArray()));
        }
    }
}

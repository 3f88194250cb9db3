using System.Net.WebSockets;
using Devex.Runner.Sessions;
using Xunit;

namespace Devex.Runner.Tests.Sessions;

public sealed class OutgoingQueueTests
{
    [Fact]
    public async Task A_client_for_whom_too_much_waits_is_closed_as_too_slow()
    {
        using var socket = new StalledSocket();
        var queue = new OutgoingQueue(socket);
        var sending = queue.RunAsync(CancellationToken.None);
        queue.Send(new byte[1 << 20]);
        await socket.Started.Task;
        for (var i = 0; i < 16; i++)
            queue.Send(new byte[1 << 20]);
        socket.Proceed.SetResult();
        await sending.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((CloseCode.TooSlow, 1), (socket.CloseStatus, socket.Sent));
    }

    [Fact]
    public async Task Answers_wait_for_room_instead()
    {
        using var socket = new StalledSocket();
        var queue = new OutgoingQueue(socket);
        var sending = queue.RunAsync(CancellationToken.None);
        var answers = Enumerable.Range(0, 40).Select(_ => queue.SendWhenRoomAsync(new byte[1 << 20], CancellationToken.None)).ToList();
        Assert.Contains(answers, answer => !answer.IsCompleted);
        socket.Proceed.SetResult();
        await Task.WhenAll(answers).WaitAsync(TimeSpan.FromSeconds(30));
        queue.Close(CloseCode.Done, "done");
        await sending.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((CloseCode.Done, 40), (socket.CloseStatus, socket.Sent));
    }

    private sealed class StalledSocket : WebSocket
    {
        private WebSocketCloseStatus? _status;

        public TaskCompletionSource Proceed { get; } = new();

        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Sent { get; private set; }

        public override WebSocketCloseStatus? CloseStatus => _status;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public override async Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        {
            Started.TrySetResult();
            await Proceed.Task;
            Sent++;
        }

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
        {
            _status = closeStatus;
            return Task.CompletedTask;
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override void Abort()
        {
        }

        public override void Dispose()
        {
        }
    }
}

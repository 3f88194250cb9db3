using Devex.Runner.Serving;
using Xunit;

namespace Devex.Runner.Tests.Serving;

public sealed class SocketThreadsTests
{
    [Fact]
    public async Task What_a_plain_request_awaits_of_a_socket_goes_on_on_the_pool()
    {
        var heard = new TaskCompletionSource();
        var reading = new TaskCompletionSource();
        var request = Task.Factory.StartNew(ReadAsync, TestContext.Current.CancellationToken, TaskCreationOptions.None, SocketThreads.Pool).Unwrap();
        await reading.Task;

        // As a thread of sockets does: it carries on with whatever waits for what it heard.
        var socket = new Thread(heard.SetResult) { Name = "sockets" };
        socket.Start();
        Assert.All(await request, name => Assert.NotEqual("sockets", name));
        socket.Join();

        async Task<List<string?>> ReadAsync()
        {
            reading.SetResult();
            await heard.Task;
            var once = Thread.CurrentThread.Name;
            await Task.Yield();
            return [once, Thread.CurrentThread.Name];
        }
    }
}

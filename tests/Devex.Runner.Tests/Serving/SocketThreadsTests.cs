using Devex.Runner.Serving;
using Xunit;

namespace Devex.Runner.Tests.Serving;

public sealed class SocketThreadsTests
{
    [Fact]
    public async Task What_a_plain_request_awaits_of_a_socket_goes_on_on_the_pool()
    {
        var heard = new TaskCompletionSource();
        var names = new List<string?>();
        var reading = new TaskCompletionSource();
        var request = SocketThreads.OnPoolAsync(ReadAsync);
        await reading.Task;

        // As a thread of sockets does: it carries on with whatever waits for what it heard.
        var socket = new Thread(heard.SetResult) { Name = "sockets" };
        socket.Start();
        await request;
        Assert.Equal(2, names.Count);
        Assert.All(names, name => Assert.NotEqual("sockets", name));
        socket.Join();

        async Task ReadAsync()
        {
            reading.SetResult();
            await heard.Task;
            names.Add(Thread.CurrentThread.Name);
            await Task.Yield();
            names.Add(Thread.CurrentThread.Name);
        }
    }
}

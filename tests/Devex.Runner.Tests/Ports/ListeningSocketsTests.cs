using System.Net;
using System.Net.Sockets;
using Devex.Runner.Ports;
using Xunit;

namespace Devex.Runner.Tests.Ports;

public sealed class ListeningSocketsTests
{
    [Fact]
    public void Only_listening_sockets_of_the_kernels_table_count()
    {
        const string Table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1 0000000000000000 100 0 0 10 0
               1: 0100007F:1F90 0100007F:A001 01 00000000:00000000 00:00000000 00000000  1000        0 222 1 0000000000000000 100 0 0 10 0
            """;
        var sockets = new Dictionary<long, int>();
        ListeningSockets.Parse(Table.Split('\n'), sockets);
        Assert.Equal(new Dictionary<long, int> { [111] = 3000 }, sockets);
    }

    [Theory]
    [InlineData("127.0.0.1", "tcp")]
    [InlineData("::1", "tcp6")]
    public async Task The_kernels_answer_is_what_its_table_says(string address, string table)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var client = new TcpClient(listener.LocalEndpoint.AddressFamily);
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        var (asked, read) = (new Dictionary<long, int>(), new Dictionary<long, int>());
        Assert.True(ListeningSockets.TryAsk(asked));
        ListeningSockets.Parse(await File.ReadAllLinesAsync($"/proc/self/net/{table}", TestContext.Current.CancellationToken), read);
        var socket = Assert.Single(read, socket => socket.Value == port);
        Assert.Equal(port, asked[socket.Key]);
        // Others may begin and end to listen meanwhile; none is there for the connection.
        Assert.Single(asked, socket => socket.Value == port);
    }

    [Fact]
    public void More_sockets_than_one_answer_holds_are_all_found()
    {
        var listeners = Enumerable.Range(0, 600).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            listeners.ForEach(listener => listener.Start());
            var asked = new Dictionary<long, int>();
            Assert.True(ListeningSockets.TryAsk(asked));
            Assert.Subset(asked.Values.ToHashSet(), listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToHashSet());
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}

using Devex.Runner.Ports;
using Xunit;

namespace Devex.Runner.Tests.Ports;

public sealed class ListeningPortsTests
{
    [Fact]
    public void Only_listening_sockets_of_the_kernels_table_count()
    {
        const string Table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1 0000000000000000 100 0 0 10 0
               1: 0100007F:1F90 0100007F:A001 01 00000000:00000000 00:00000000 00000000  1000        0 222 1 0000000000000000 100 0 0 10 0
            """;
        var sockets = new Dictionary<string, int>();
        ListeningPorts.Parse(Table.Split('\n'), sockets);
        Assert.Equal(new Dictionary<string, int> { ["111"] = 3000 }, sockets);
    }
}

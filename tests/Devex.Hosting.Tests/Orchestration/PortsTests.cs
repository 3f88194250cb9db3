using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Devex.Hosting.Endpoints;
using Devex.Testing;

namespace Devex.Hosting.Tests.Orchestration;

[Trait("Tier", "integration")]
public sealed class PortsTests
{
    private const string Listen = "import socket, sys, time; s = socket.create_server((sys.argv[1], int(sys.argv[2])), family=socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET); print('up', flush=True); time.sleep(600)";

    /// <summary>Whatever address the other one has it on: a browser that asks for localhost would reach it.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    public async Task A_port_that_another_process_has_is_refused_with_its_id_and_name(string address)
    {
        var port = Free(IPAddress.Parse(address));
        await using var holder = ProgramProcess.Start("python3", ["-c", Listen, address, port.ToString(CultureInfo.InvariantCulture)]);
        await holder.WaitForLineAsync("up", cancellationToken: TestContext.Current.CancellationToken);
        using var sample = new Sample();
        sample.AddScript("web", "exec sleep 600").WithHttpEndpoint(port: port);
        await using var app = sample.Builder.Build();
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"web cannot have port {port} for its endpoint 'http': process {holder.Id} (python3", refusal.Message);
    }

    [Fact]
    public void A_port_that_nobody_has_is_free() => Assert.True(Ports.IsFree(Ports.Free()));

    [Fact]
    public void A_port_that_chance_gives_is_none_that_another_resource_was_given()
    {
        var chosen = Ports.Free();
        var other = Ports.Free();
        using var sample = new Sample();
        var store = sample.AddScript("store", "exec sleep 600").WithHttpEndpoint();
        var web = sample.AddScript("web", "exec sleep 600").WithHttpEndpoint(port: chosen);
        var chance = new Queue<int>([chosen, other]);
        EndpointAllocation.Allocate(sample.Builder.Resources, chance.Dequeue);
        Assert.Equal((other, chosen), (Port(store.Resource), Port(web.Resource)));

        static int Port(IResource resource) => Assert.Single(resource.Annotations.OfType<EndpointAnnotation>()).AllocatedEndpoint!.Port;
    }

    private static int Free(IPAddress address)
    {
        using var listener = new TcpListener(address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using Devex.Core.Runtimes.Kubernetes;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Xunit;

namespace Devex.Core.Tests.Runtimes.Kubernetes;

/// <summary>The sessions' NetworkPolicy, by simulation: no cluster of the tests enforces it.</summary>
public sealed class NetworkTests
{
    private static readonly NetworkSimulator Network = new(SessionNetwork.Policy(new KubernetesOptions
    {
        Allowed = [new AllowedAddress { Cidr = "10.96.3.4/32", Port = 7071 }, new AllowedAddress { Cidr = "10.20.0.0/16", Port = 9000 }],
    }));

    private static readonly NetworkPeer Dns = new("10.96.0.10", "kube-system", new Dictionary<string, string> { ["k8s-app"] = "kube-dns" });

    [Theory]
    [InlineData("1.1.1.1", 443)]
    [InlineData("140.82.112.3", 22)]
    [InlineData("2606:4700::1111", 443)]
    [InlineData("10.96.3.4", 7071)]
    [InlineData("10.20.5.6", 9000)]
    public void The_public_internet_and_what_is_named_can_be_reached(string address, int port) => Assert.True(Network.Out(new NetworkPeer(address), port));

    [Theory]
    [InlineData("169.254.169.254", 80)]
    [InlineData("10.96.0.1", 443)]
    [InlineData("10.0.0.7", 6443)]
    [InlineData("10.96.3.4", 5000)]
    [InlineData("10.20.5.6", 22)]
    [InlineData("172.16.0.1", 443)]
    [InlineData("192.168.1.1", 80)]
    [InlineData("100.64.0.1", 80)]
    [InlineData("127.0.0.1", 6379)]
    [InlineData("::1", 6379)]
    [InlineData("fd00:ec2::254", 80)]
    [InlineData("fe80::1", 80)]
    [InlineData("::ffff:10.0.0.7", 80)]
    [InlineData("2002:a00:7::1", 80)]
    [InlineData("224.0.0.1", 5353)]
    public void No_private_address_and_no_metadata_service_can_be_reached(string address, int port) => Assert.False(Network.Out(new NetworkPeer(address), port));

    [Fact]
    public void Names_are_resolved_by_the_clusters_own_DNS_alone()
    {
        Assert.True(Network.Out(Dns, 53, "UDP"));
        Assert.True(Network.Out(Dns, 53));
        Assert.False(Network.Out(Dns, 9153));
        Assert.False(Network.Out(Dns with { Namespace = "devex-sessions" }, 53, "UDP"));
        Assert.False(Network.Out(Dns with { Labels = null }, 53, "UDP"));
    }

    [Fact]
    public void A_session_is_reached_by_the_front_alone_and_on_one_port_alone()
    {
        Assert.True(Network.In(new NetworkPeer("10.244.1.2", "devex"), 7070));
        Assert.True(Network.In(new NetworkPeer("10.244.1.3", "ingress-nginx"), 7070));
        Assert.False(Network.In(new NetworkPeer("10.244.1.2", "devex"), 3000));
        Assert.False(Network.In(new NetworkPeer("10.244.1.4", "devex-sessions"), 7070));
        Assert.False(Network.In(new NetworkPeer("10.244.1.5", "default"), 7070));
        Assert.False(Network.In(new NetworkPeer("8.8.8.8"), 7070));
    }
}

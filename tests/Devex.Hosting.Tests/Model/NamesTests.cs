using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Tests.Model;

public sealed class NamesTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("core-2")]
    [InlineData("Core")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public void A_good_name_is_taken(string name)
    {
        using var sample = new Sample();
        Assert.Equal(name, sample.Builder.AddContainer(name, "image").WithHttpEndpoint(name: name).GetEndpoint(name).EndpointName);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1core")]
    [InlineData("-core")]
    [InlineData("core-")]
    [InlineData("co--re")]
    [InlineData("co_re")]
    [InlineData("co re")]
    [InlineData("coré")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public void A_bad_name_is_refused_for_resources_and_endpoints(string name)
    {
        using var sample = new Sample();
        Assert.ThrowsAny<ArgumentException>(() => sample.Builder.AddContainer(name, "image"));
        Assert.ThrowsAny<ArgumentException>(() => sample.Builder.AddContainer("good", "image").WithHttpEndpoint(name: name));
    }

    [Fact]
    public void Two_resources_cannot_share_a_name_in_any_case()
    {
        using var sample = new Sample();
        sample.Builder.AddRedis("cache");
        var refusal = Assert.Throws<DistributedApplicationException>(() => sample.Builder.AddParameter("CACHE", "1"));
        Assert.Contains("'cache' (RedisResource) already", refusal.Message);
    }

    [Fact]
    public void Two_endpoints_of_a_resource_cannot_share_a_name()
    {
        using var sample = new Sample();
        var container = sample.Builder.AddContainer("box", "image").WithHttpEndpoint();
        Assert.Contains("'http' already", Assert.Throws<DistributedApplicationException>(() => container.WithHttpEndpoint()).Message);
    }
}

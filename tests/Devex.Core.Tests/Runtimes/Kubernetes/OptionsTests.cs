using Devex.Core.Runtimes.Kubernetes;
using Devex.Core.Runtimes.Kubernetes.Objects;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Devex.Core.Tests.Runtimes.Kubernetes;

/// <summary>Settings as operators give them.</summary>
public sealed class OptionsTests
{
    private const string Annotations = "Runtime:Kubernetes:IngressAnnotations";

    [Fact]
    public void Annotations_come_as_one_string_and_stand_beside_what_uploads_and_sockets_need()
    {
        var annotations = Of("cert-manager.io/cluster-issuer=letsencrypt; nginx.ingress.kubernetes.io/proxy-body-size=100m;nginx.ingress.kubernetes.io/proxy-buffering=;example.org/list=a=b,c;");
        Assert.Equal("letsencrypt", annotations["cert-manager.io/cluster-issuer"]);
        Assert.Equal("100m", annotations["nginx.ingress.kubernetes.io/proxy-body-size"]);
        Assert.Equal("a=b,c", annotations["example.org/list"]);
        Assert.Equal("3600", annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"]);
        Assert.DoesNotContain("nginx.ingress.kubernetes.io/proxy-buffering", annotations.Keys);
    }

    [Fact]
    public void By_themselves_they_let_uploads_of_any_size_through() => Assert.Equal("0", Of(null)["nginx.ingress.kubernetes.io/proxy-body-size"]);

    [Theory]
    [InlineData("letsencrypt")]
    [InlineData("=letsencrypt")]
    [InlineData("a=b;c")]
    public void What_is_no_annotation_is_refused_in_words(string given) =>
        Assert.Contains($"{Annotations} is '{given}'", Assert.Throws<OptionsValidationException>(() => Of(given)).Message, StringComparison.Ordinal);

    private static IDictionary<string, string> Of(string? given)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new(Annotations, given)]).Build());
        services.AddKubernetesRuntime();
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<KubernetesOptions>>().Value;
        return SessionObjects.Ingress(Samples.Least with { Options = options }, "7k2m9xq4v8bt.repl.example").Metadata.Annotations;
    }
}

using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Devex.Hosting.Tests.Model;

public sealed class ExpressionsTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_expression_has_a_value_at_run_time_and_placeholders_for_a_manifest()
    {
        using var sample = new Sample();
        var bucket = sample.Builder.AddParameter("bucket", "devex");
        var store = Endpoint(sample);

        var expression = ReferenceExpression.Create($"{store}/{bucket}?{{x}}={store.Property(EndpointProperty.HostAndPort)}");
        Assert.Equal("{store.bindings.http.url}/{bucket.value}?{{x}}={store.bindings.http.host}:{store.bindings.http.port}", expression.ValueExpression);
        Assert.Equal("http://localhost:40002/devex?{x}=localhost:40002", await expression.GetValueAsync(Cancellation));
    }

    [Theory]
    [InlineData(EndpointProperty.Url, "{store.bindings.http.url}", "http://localhost:40002")]
    [InlineData(EndpointProperty.Host, "{store.bindings.http.host}", "localhost")]
    [InlineData(EndpointProperty.IPV4Host, "{store.bindings.http.host}", "127.0.0.1")]
    [InlineData(EndpointProperty.Port, "{store.bindings.http.port}", "40002")]
    [InlineData(EndpointProperty.Scheme, "{store.bindings.http.scheme}", "http")]
    [InlineData(EndpointProperty.TargetPort, "{store.bindings.http.targetPort}", "4566")]
    [InlineData(EndpointProperty.HostAndPort, "{store.bindings.http.host}:{store.bindings.http.port}", "localhost:40002")]
    [InlineData(EndpointProperty.TlsEnabled, "{store.bindings.http.tlsEnabled}", "False")]
    public async Task Every_part_of_an_endpoint_can_be_referred_to(EndpointProperty property, string placeholder, string value)
    {
        using var sample = new Sample();
        var part = Endpoint(sample).Property(property);
        Assert.Equal(placeholder, part.ValueExpression);
        Assert.Equal(value, await part.GetValueAsync(Cancellation));
    }

    [Fact]
    public async Task A_value_is_escaped_for_a_uri_where_asked()
    {
        using var sample = new Sample();
        var password = sample.Builder.AddParameter("password", "a/b c");
        Assert.Equal("redis://:a%2Fb%20c@x", await ReferenceExpression.Create($"redis://:{password:uri}@x").GetValueAsync(Cancellation));
    }

    [Fact]
    public async Task A_choice_follows_its_condition()
    {
        using var sample = new Sample();
        var tls = sample.Builder.AddParameter("tls", "TRUE").Resource;
        var choice = ReferenceExpression.CreateConditional(tls, "true", ReferenceExpression.Create($",ssl=true"), ReferenceExpression.Empty);
        Assert.Equal(",ssl=true", await choice.GetValueAsync(Cancellation));
        Assert.Matches(@"^\{cond-tls-value-[0-9a-f]{8}\.connectionString\}$", choice.ValueExpression);
    }

    [Fact]
    public async Task A_builder_appends_piece_by_piece()
    {
        using var sample = new Sample();
        var store = Endpoint(sample);
        var builder = new ReferenceExpressionBuilder();
        Assert.True(builder.IsEmpty);
        builder.AppendLiteral("{a}");
        builder.Append($"={store.Property(EndpointProperty.Port)};");
        Assert.Equal("{a}=40002;", await builder.Build().GetValueAsync(Cancellation));
    }

    [Fact]
    public void An_endpoint_that_does_not_exist_or_has_no_address_says_so()
    {
        using var sample = new Sample();
        var box = sample.Builder.AddContainer("box", "image").WithHttpEndpoint();
        Assert.Contains("no endpoint 'tcp'", Assert.Throws<InvalidOperationException>(() => box.GetEndpoint("tcp").Url).Message);
        Assert.Contains("before the application starts", Assert.Throws<InvalidOperationException>(() => box.GetEndpoint("http").Url).Message);
    }

    private static EndpointReference Endpoint(Sample sample) => sample.Builder.AddContainer("store", "image").WithHttpEndpoint(targetPort: 4566)
        .WithEndpoint("http", endpoint => endpoint.AllocatedEndpoint = new(endpoint, "localhost", 40002, "4566")).GetEndpoint("http");
}

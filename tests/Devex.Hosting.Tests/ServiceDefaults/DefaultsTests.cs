using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Devex.ServiceDefaults;
using Devex.ServiceDefaults.Hosts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Devex.Hosting.Tests.ServiceDefaults;

[Trait("Tier", "integration")]
public sealed class DefaultsTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_answers_any_host_and_everything_else_only_known_ones()
    {
        await using var app = await StartAsync();
        using var client = Client(app);

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(client, "/health", "evil.example")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(client, "/alive", "evil.example")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(client, "/kind", "localhost")).StatusCode);
        var refused = await GetAsync(client, "/kind", "evil.example");
        Assert.Equal(HttpStatusCode.MisdirectedRequest, refused.StatusCode);
        Assert.Contains("evil.example", await ProblemAsync(refused, "detail"));
    }

    [Theory]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    [InlineData("/throws", HttpStatusCode.InternalServerError)]
    [InlineData("/number?n=x", HttpStatusCode.BadRequest)]
    public async Task Every_error_is_a_problem_with_its_trace(string path, HttpStatusCode status)
    {
        await using var app = await StartAsync();
        using var client = Client(app);

        var response = await GetAsync(client, path, "localhost");
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Matches("^[0-9a-f]{32}$", await ProblemAsync(response, "traceId"));
    }

    [Fact]
    public async Task Bad_json_is_answered_with_its_place()
    {
        await using var app = await StartAsync();
        using var client = Client(app);

        var response = await client.PostAsync("/kind", new StringContent("{\"kind\": \"nothing\"}", null, "application/json"), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("$.kind", await ProblemAsync(response, "detail"));
    }

    [Fact]
    public async Task Enums_travel_as_camel_case_strings()
    {
        await using var app = await StartAsync();
        using var client = Client(app);
        Assert.Equal("{\"kind\":\"readOnly\"}", await client.GetStringAsync("/kind", Cancellation));
    }

    [Theory]
    [InlineData("Production", null, false)]
    [InlineData("Production", "10.0.0.0/8", false)]
    [InlineData("Production", "127.0.0.0/8", true)]
    [InlineData("Development", "127.0.0.0/8", false)]
    public async Task Forwarded_addresses_count_only_from_configured_proxies(string environment, string? network, bool counts)
    {
        // ASPNETCORE_FORWARDEDHEADERS_ENABLED, which an Aspire manifest sets, must not open this.
        await using var app = await StartAsync(environment, ("ForwardedHeaders_Enabled", "true"), ("ForwardedHeaders:KnownNetworks:0", network));
        using var client = Client(app);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        Assert.Equal(counts ? "203.0.113.9 127.0.0.1" : "127.0.0.1 127.0.0.1", (await client.GetStringAsync("/peer", Cancellation)).Replace("::ffff:", ""));
    }

    [Fact]
    public async Task A_service_is_found_by_its_name()
    {
        await using var target = await StartAsync();
        await using var app = await StartAsync("Production", ("services:core:http:0", target.Urls.Single()));
        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        Assert.Equal("Healthy", await client.GetStringAsync("http://core/health", Cancellation));
    }

    [Fact]
    public async Task Names_on_one_site_end_the_start()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            StartAsync("Production", ("Hosts:Web", "https://devex.example"), ("Hosts:Repl", "https://repl.devex.example")));
        Assert.Contains("Hosts:Repl and Hosts:Web share", failure.Message);
    }

    private static async Task<WebApplication> StartAsync(string environment = "Production", params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ApplicationName = "probe" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.AddServiceDefaults();
        var app = builder.Build();
        app.UseKnownHosts((hosts, host) => hosts.IsWeb(host) || host?.StartsWith("127.0.0.1", StringComparison.Ordinal) == true);
        app.UseRouting();
        app.MapDefaultEndpoints();
        app.MapGet("/throws", string () => throw new InvalidOperationException("secret detail"));
        app.MapGet("/number", (int n) => n);
        app.MapGet("/kind", () => new Thing(Kind.ReadOnly));
        app.MapPost("/kind", (Thing thing) => thing);
        app.MapGet("/peer", (HttpContext context) => $"{context.Connection.RemoteIpAddress} {context.Request.Host.Host}");
        try
        {
            await app.StartAsync(Cancellation);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static HttpClient Client(WebApplication app) => new() { BaseAddress = new(app.Urls.Single()) };

    private static Task<HttpResponseMessage> GetAsync(HttpClient client, string path, string host)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        return client.SendAsync(request, Cancellation);
    }

    private static async Task<string?> ProblemAsync(HttpResponseMessage response, string property) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty(property).GetString();

    private sealed record Thing(Kind Kind);

    private enum Kind
    {
        ReadWrite,
        ReadOnly,
    }
}

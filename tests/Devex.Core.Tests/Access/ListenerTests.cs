using System.Net;
using System.Net.Http.Json;
using Devex.Core.Tests.Fixtures;
using Devex.Testing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Devex.Core.Tests.Access;

[Trait("Tier", "integration")]
public sealed class ListenerTests(Stores stores)
{
    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost.evil.example:8080")]
    [InlineData("0123456789ab.repl.localhost")]
    public async Task A_host_that_is_not_ours_gets_421(string host)
    {
        await using var core = await CoreHost.StartAsync(stores);
        using var client = core.Client();
        client.DefaultRequestHeaders.Host = host;
        using var api = await client.GetAsync("/api/me");
        Assert.Equal(HttpStatusCode.MisdirectedRequest, api.StatusCode);
        using var health = await client.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task The_session_listener_serves_sessions_alone_and_sessions_are_served_there_alone()
    {
        var port = FreePort.Next();
        await using var core = await CoreHost.StartAsync(stores, settings: new Dictionary<string, string?> { ["Core:SessionPort"] = $"{port}" });
        Assert.Contains($"http://127.0.0.1:{port}", core.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses);
        using var sessions = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        sessions.DefaultRequestHeaders.Host = "localhost:8080";
        sessions.DefaultRequestHeaders.Add("Authorization", "Bearer " + Assertions.User("local-ada"));
        foreach (var path in new[] { "/api/me", "/health", "/auth/session", "/internal/gateway/keys", "/openapi/v1.json", "/" })
        {
            using var answer = await sessions.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        using var client = core.Client();
        using var elsewhere = await client.PostAsJsonAsync("/internal/sessions/0123456789ab/claims", new { });
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }
}

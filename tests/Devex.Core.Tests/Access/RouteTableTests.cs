using System.Net;
using System.Net.WebSockets;
using Devex.Contracts;
using Devex.Core.Access;
using Devex.Core.Tests.Fixtures;
using Devex.Core.Tests.Identity;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Devex.Core.Tests.Access;

[Trait("Tier", "integration")]
public sealed class RouteTableTests(Stores stores)
{
    [Fact]
    public async Task Every_endpoint_of_Core_is_in_the_table_and_every_line_of_the_table_is_an_endpoint()
    {
        // The whole Core, with its own engine; built and not started.
        await using var app = CoreApplication.Create([.. (await CoreHost.SettingsAsync(stores, "routes")).Select(setting => $"--{setting.Key}={setting.Value}")]);
        var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
        var routes = endpoints
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(method => $"{method} {RouteTable.PatternOf(endpoint)}"))
            .Where(route => !route.StartsWith("HEAD ", StringComparison.Ordinal))
            .Distinct().Order();
        // The OAuth handler answers its callback before routing.
        var table = RouteTable.All.Where(line => line.Pattern != Core.Identity.GitHubSignIn.CallbackPath).Select(line => $"{line.Method} {line.Pattern}").Order();
        Assert.Equal(table, routes);
    }

    [Fact]
    public void Anonymous_routes_say_why_and_routes_of_a_repl_name_a_role()
    {
        Assert.All(RouteTable.All.Where(line => line.Audience == RouteAudience.Anonymous), line => Assert.NotEmpty(line.Reason!));
        Assert.All(
            RouteTable.All.Where(line => line.Pattern.Contains("{id}", StringComparison.Ordinal)),
            line => Assert.InRange(line.Least!.Value, Role.Viewer, Role.Owner));
    }

    [Fact]
    public async Task Without_credentials_every_route_refuses_in_every_way_of_asking()
    {
        await stores.StartAsync("routes");
        await using var core = await CoreHost.StartAsync(stores, bucket: await stores.S3.CreateBucketAsync(), settings: new Dictionary<string, string?>(GitHubDouble.SomeSettings) { ["environment"] = "Production" });
        using var client = core.Client();
        foreach (var line in RouteTable.All.Where(line => line.Audience != RouteAudience.Anonymous))
        {
            var path = Fill(line.Pattern);
            foreach (var method in new[] { line.Method, "GET", "HEAD", "OPTIONS", "POST", "PUT" }.Distinct())
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                using var answer = await client.SendAsync(request);
                var isDeclared = method == line.Method || (method == "HEAD" && line.Method == "GET");
                if (isDeclared && line.Audience is RouteAudience.User or RouteAudience.Operator or RouteAudience.Gateway)
                    Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.MethodNotAllowed, $"{method} {path}: {answer.StatusCode}");
                else
                    Assert.True((int)answer.StatusCode is 401 or 404 or 405, $"{method} {path}: {answer.StatusCode}");
            }
            using var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.SetRequestHeader("Host", "localhost:8080");
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(core.Address) { Scheme = "ws", Path = path }.Uri, CancellationToken.None));
            Assert.True((int)socket.HttpStatusCode is 401 or 404 or 405, $"upgrade {path}: {socket.HttpStatusCode}");
        }
    }

    [Fact]
    public async Task The_Gateways_routes_are_for_the_Gateway()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "routes");
        using var ada = await Browser.SignedInAsync(core);
        using var byCookie = await ada.SendAsync(HttpMethod.Get, "/internal/gateway/keys");
        Assert.Equal(HttpStatusCode.Unauthorized, byCookie.StatusCode);
        using var byUser = await ada.SendAsync(HttpMethod.Get, "/internal/gateway/keys", headers: new Dictionary<string, string?> { ["Authorization"] = "Bearer " + Assertions.User("local-ada") });
        Assert.Equal(HttpStatusCode.Unauthorized, byUser.StatusCode);
        using var elsewhere = await ada.SendAsync(HttpMethod.Get, "/api/me", headers: new Dictionary<string, string?> { ["Authorization"] = "Bearer " + Assertions.Gateway() });
        Assert.Equal(HttpStatusCode.Unauthorized, elsewhere.StatusCode);
    }

    private static string Fill(string pattern) => pattern
        .Replace("{id}", "0123456789ab", StringComparison.Ordinal).Replace("{replId}", "0123456789ab", StringComparison.Ordinal)
        .Replace("{port}", "3000", StringComparison.Ordinal).Replace("{point}", "head", StringComparison.Ordinal)
        .Replace("{userId}", "local-ada", StringComparison.Ordinal)
        .Replace("{code}", "abc", StringComparison.Ordinal).Replace("{tokenId}", "abc", StringComparison.Ordinal).Replace("{linkId}", "abc", StringComparison.Ordinal)
        .Replace("{documentName}", "v1", StringComparison.Ordinal).Replace("/{documentName?}", "", StringComparison.Ordinal);
}

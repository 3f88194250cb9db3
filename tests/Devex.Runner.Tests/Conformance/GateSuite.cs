using System.Net;
using System.Text.Json.Nodes;
using Devex.Contracts;
using Devex.Contracts.Control;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Conformance;

public abstract class GateSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    /// <summary>Paths that reach every route: a new route is covered the day it appears.</summary>
    private static IEnumerable<string> Paths(Route route) => route.Rest ? [$"/{route.Name}", $"/{route.Name}/", $"/{route.Name}/x"] : [$"/{route.Name}"];

    [Fact]
    public async Task Without_credentials_every_route_but_the_sign_of_life_is_closed()
    {
        await using var runner = await StartReadyAsync();
        foreach (var route in Route.All.Where(route => route != Route.Alive))
        {
            foreach (var path in Paths(route))
            {
                foreach (var method in (string[])["GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE", "PATCH", "TRACE"])
                {
                    using var answer = await runner.Client.SendAsync(new HttpMethod(method), path, cancellation: Token);
                    var expected = route.Credential == Credential.Code ? (method == "GET" ? 404 : 405) : 401;
                    Assert.True((int)answer.StatusCode == expected, $"{method} {path}: {(int)answer.StatusCode}");
                }
                if (route.Credential != Credential.Code)
                {
                    Assert.Equal(HttpStatusCode.Unauthorized, (await runner.Client.TryOpenSocketAsync(path, null, cancellation: Token)).Status);
                    Assert.Equal(HttpStatusCode.Unauthorized, (await runner.Client.TryOpenSocketAsync(path, null, null, Token)).Status);
                }
            }
        }
        using var unknown = await runner.Client.SendAsync(HttpMethod.Get, "/sessions", cancellation: Token);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Before_control_nothing_but_Core_is_answered()
    {
        await using var runner = await StartAsync();
        foreach (var path in Route.All.Where(route => !route.BeforeControl).SelectMany(Paths).Append("/nothing"))
        {
            using var answer = await runner.Client.SendAsync(HttpMethod.Get, path, cancellation: Token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        }
        var ticket = SessionProtocol.TicketPrefix + await runner.Client.TicketAsync(cancellation: Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await runner.Client.TryOpenSocketAsync("/session", ticket, null, Token)).Status);
        var status = await runner.Client.StatusAsync(Token);
        Assert.False(status.Controlled);
        Assert.Equal(22, status.Instance.Length);
        Assert.True((await runner.Client.ControlAsync(cancellation: Token)).Controlled);
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://localhost:8081")]
    [InlineData("http://localhost")]
    [InlineData("https://localhost:8080")]
    [InlineData("http://LOCALHOST:8080")]
    [InlineData("http://localhost:8080/")]
    [InlineData("http://localhost:8080.evil.example")]
    [InlineData("http://0123456789ab.repl.localhost:8081")]
    [InlineData("")]
    public async Task A_foreign_origin_is_refused_with_valid_credentials_too(string origin)
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        var ticket = SessionProtocol.TicketPrefix + await runner.Client.TicketAsync(cancellation: Token);
        var token = SessionProtocol.TokenPrefix + session.Welcome.Token;
        foreach (var credential in (string?[])[ticket, token, null])
            Assert.Equal(HttpStatusCode.Forbidden, (await runner.Client.TryOpenSocketAsync("/session", credential, origin, Token)).Status);
        foreach (var path in (string[])["/files/a", "/archive/", "/downloads/x", "/ports/3000", "/status"])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Options])
            {
                using var answer = await runner.Client.SendAsync(
                    method, path, session.Welcome.Token, origin, change: request => request.Headers.Add("Access-Control-Request-Method", "PUT"), cancellation: Token);
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
                Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
            }
        }
        // The refused upgrades used nothing up.
        (await runner.Client.OpenSocketAsync("/session", ticket, cancellation: Token)).Dispose();
    }

    [Fact]
    public async Task Host_and_forwarded_headers_do_not_change_the_verdict()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        using var answer = await runner.Client.SendAsync(HttpMethod.Get, "/files/a", session.Welcome.Token, "https://evil.example", change: request =>
        {
            request.Headers.Host = "evil.example";
            request.Headers.Add("X-Forwarded-Host", "localhost:8080");
            request.Headers.Add("Forwarded", "host=localhost:8080;proto=http");
        }, cancellation: Token);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task The_preflight_of_the_Web_origin_alone_is_answered()
    {
        await using var runner = await StartReadyAsync();
        foreach (var route in Route.All)
        {
            using var answer = await runner.Client.SendAsync(
                HttpMethod.Options, Paths(route).Last(), origin: RunnerClient.WebOrigin,
                change: request => request.Headers.Add("Access-Control-Request-Method", "GET"), cancellation: Token);
            Assert.Equal(route.Cors, answer.StatusCode == HttpStatusCode.NoContent);
            Assert.Equal(route.Cors, answer.Headers.Contains("Access-Control-Allow-Origin"));
            if (!route.Cors)
                continue;
            Assert.Equal(RunnerClient.WebOrigin, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Token));
        }
    }

    [Fact]
    public async Task A_ticket_works_once()
    {
        await using var runner = await StartReadyAsync();
        var ticket = SessionProtocol.TicketPrefix + await runner.Client.TicketAsync(cancellation: Token);
        var tries = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => runner.Client.TryOpenSocketAsync("/session", ticket, null, Token)));
        Assert.Single(tries, entry => entry.Socket is not null);
        Assert.Equal(7, tries.Count(entry => entry.Status == HttpStatusCode.Forbidden));
        foreach (var (socket, _) in tries)
            socket?.Dispose();
    }

    [Fact]
    public async Task A_ticket_is_bound_to_its_session()
    {
        await using var runner = await StartReadyAsync();
        var instance = (await runner.Client.StatusAsync(Token)).Instance;
        using var stranger = new RunnerSigner();
        var now = TimeProvider.System.GetUtcNow();
        var bad = new Dictionary<string, string>
        {
            ["another REPL"] = runner.Signer.Ticket(ReplId.New(), instance, "local-ada", Role.Owner),
            ["another instance"] = runner.Signer.Ticket(runner.ReplId, new string('x', 22), "local-ada", Role.Owner),
            ["another key"] = stranger.Ticket(runner.ReplId, instance, "local-ada", Role.Owner),
            ["expired"] = runner.Signer.Ticket(runner.ReplId, instance, "local-ada", Role.Owner, at: now.AddSeconds(-66)),
            ["not yet"] = runner.Signer.Ticket(runner.ReplId, instance, "local-ada", Role.Owner, at: now.AddSeconds(30)),
            ["another audience"] = runner.Signer.Ticket(runner.ReplId, instance, "local-ada", Role.Owner, change: c => c["aud"] = "devex-tunnel"),
            ["no jti"] = runner.Signer.Ticket(runner.ReplId, instance, "local-ada", Role.Owner, change: c => c.Remove("jti")),
            ["another role"] = runner.Signer.Ticket(runner.ReplId, instance, "local-ada", Role.Owner, change: c => c["role"] = "operator"),
            ["no user"] = runner.Signer.Ticket(runner.ReplId, instance, "ADA", Role.Owner),
            ["lives long"] = runner.Signer.Ticket(runner.ReplId, instance, "local-ada", Role.Owner, change: c => c["exp"] = now.AddHours(1).ToUnixTimeSeconds()),
        };
        foreach (var (what, ticket) in bad)
        {
            var (socket, status) = await runner.Client.TryOpenSocketAsync("/session", SessionProtocol.TicketPrefix + ticket, cancellation: Token);
            Assert.True(socket is null && status == HttpStatusCode.Forbidden, $"{what}: {status}");
        }
    }

    [Fact]
    public async Task A_ticket_opens_nothing_but_the_session()
    {
        await using var runner = await StartReadyAsync();
        var ticket = await runner.Client.TicketAsync(cancellation: Token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await runner.Client.TryOpenSocketAsync("/terminals/1", SessionProtocol.TicketPrefix + ticket, cancellation: Token)).Status);
        using var answer = await runner.Client.SendAsync(HttpMethod.Get, "/files/a", ticket, cancellation: Token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_token_that_is_not_valid_tells_a_page_to_take_a_new_ticket()
    {
        await using var runner = await StartReadyAsync();
        var token = SessionProtocol.TokenPrefix + new string('A', 43);
        using (var socket = await runner.Client.OpenSocketAsync("/session", token, cancellation: Token))
        {
            var received = await socket.ReceiveAsync(new byte[10].AsMemory(), Token);
            Assert.Equal(4401, (int?)socket.CloseStatus);
            Assert.Equal(0, received.Count);
        }
        Assert.Equal(HttpStatusCode.Unauthorized, (await runner.Client.TryOpenSocketAsync("/session", token, null, Token)).Status);
    }

    [Fact]
    public async Task Only_what_Core_signed_for_this_very_request_is_control()
    {
        await using var runner = await StartReadyAsync();
        var instance = (await runner.Client.StatusAsync(Token)).Instance;
        var body = "{\"frozen\":true}"u8.ToArray();
        using var stranger = new RunnerSigner();
        var bad = new Dictionary<string, string>
        {
            ["another key"] = stranger.Control(runner.ReplId, instance, "PUT", "/control", body),
            ["another method"] = runner.Signer.Control(runner.ReplId, instance, "GET", "/control", body),
            ["another path"] = runner.Signer.Control(runner.ReplId, instance, "PUT", "/status", body),
            ["another body"] = runner.Signer.Control(runner.ReplId, instance, "PUT", "/control", "{}"u8.ToArray()),
            ["no body hash"] = runner.Signer.Control(runner.ReplId, instance, "PUT", "/control", body, c => c.Remove("bh")),
            ["no instance"] = runner.Signer.Control(runner.ReplId, null, "PUT", "/control", body),
            ["another instance"] = runner.Signer.Control(runner.ReplId, (instance[0] == 'x' ? "y" : "x") + instance[1..], "PUT", "/control", body),
            ["another REPL"] = runner.Signer.Control(ReplId.New(), instance, "PUT", "/control", body),
            ["expired"] = runner.Signer.Control(runner.ReplId, instance, "PUT", "/control", body, c => { c["iat"] = (long)c["iat"]! - 120; c["exp"] = (long)c["exp"]! - 120; }),
            ["a ticket"] = runner.Signer.Ticket(runner.ReplId, instance, "local-ada", Role.Owner),
        };
        foreach (var (what, signature) in bad)
        {
            using var answer = await runner.Client.SendAsync(HttpMethod.Put, "/control", signature, content: new ByteArrayContent(body), cancellation: Token);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{what}: {answer.StatusCode}");
        }
        Assert.False((await runner.Client.StatusAsync(Token)).Frozen);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"webOrigin\":\"*\"}")]
    [InlineData("{\"webOrigin\":\"http://localhost:8080/\"}")]
    [InlineData("{\"webOrigin\":\"http://localhost:8080\",\"keys\":[\"AAAA\"]}")]
    [InlineData("{\"webOrigin\":\"http://localhost:8080\",\"roles\":{\"x\":\"owner\"}}")]
    [InlineData("{\"webOrigin\":\"http://localhost:8080\",\"environment\":{\"A=B\":\"c\"}}")]
    [InlineData("nonsense")]
    public async Task Control_that_makes_no_sense_changes_nothing(string body)
    {
        await using var runner = await StartAsync();
        var instance = (await runner.Client.StatusAsync(Token)).Instance;
        var bytes = System.Text.Encoding.UTF8.GetBytes(body);
        using var answer = await runner.Client.SendAsync(
            HttpMethod.Put, "/control", runner.Signer.Control(runner.ReplId, instance, "PUT", "/control", bytes), content: new ByteArrayContent(bytes), cancellation: Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("control.invalid", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["code"]);
        Assert.False((await runner.Client.StatusAsync(Token)).Controlled);
    }

    [Fact]
    public async Task A_next_key_is_taken_beside_the_first()
    {
        await using var runner = await StartReadyAsync();
        using var next = new RunnerSigner();
        var status = await runner.Client.ControlAsync(new ControlRequest(Keys: [next.PublicKey]), Token);
        var ticket = next.Ticket(runner.ReplId, status.Instance, "local-ada", Role.Owner);
        (await runner.Client.OpenSocketAsync("/session", SessionProtocol.TicketPrefix + ticket, cancellation: Token)).Dispose();
    }
}

[Trait("Tier", "integration")]
public sealed class GateJitTests(JitRunner runner) : GateSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class GateAotTests(AotRunner runner) : GateSuite(runner), IClassFixture<AotRunner>;

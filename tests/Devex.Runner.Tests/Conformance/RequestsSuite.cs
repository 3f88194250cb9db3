using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Protocol;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Runner.Tests.Conformance;

public abstract class RequestsSuite(IRunnerFixture fixture) : ConformanceSuite(fixture)
{
    private static readonly ProtocolJson Json = ProtocolJson.Default;

    [Fact]
    public async Task What_the_Gateway_reports_is_told_to_those_who_watch_a_viewer_too()
    {
        await using var runner = await StartReadyAsync();
        await using var ada = await runner.Client.OpenSessionAsync(cancellation: Token);
        await using var guest = await runner.Client.OpenSessionAsync("local-grace", Role.Viewer, cancellation: Token);
        Assert.Empty((await WatchAsync(guest)).Requests);
        await ReportAsync(runner, ada, "one");
        Assert.Equal(("one", 1L), await NextAsync(guest));
        // Who does not watch is told nothing; who begins to is told what there is.
        Assert.Equal("one", Assert.Single((await WatchAsync(ada)).Requests).Id);
        await guest.CallAsync("requests.unwatch", new Nothing(), Json.Nothing, Json.Nothing, Token);
        await ReportAsync(runner, ada, "two");
        Assert.Equal(("two", 2L), await NextAsync(ada));
        await WatchAsync(guest);
        await ReportAsync(runner, ada, "three");
        Assert.Equal(("three", 3L), await NextAsync(guest));
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("[]", 400)]
    [InlineData("{}", 400)]
    [InlineData("""{"requests":null}""", 400)]
    [InlineData("""{"requests":[null]}""", 400)]
    [InlineData("""{"requests":[{"id":"1"}]}""", 400)]
    [InlineData("""{"requests":[]}""", 204)]
    public async Task What_is_no_report_is_refused(string body, int status)
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        using var answer = await SendAsync(runner, session, new StringContent(body));
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_report_without_a_length_or_with_too_much_is_refused()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        using var large = await SendAsync(runner, session, new StringContent(new string(' ', (512 << 10) + 1)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        // JSON that is written as it is sent has no length.
        using var chunked = await SendAsync(runner, session, JsonContent.Create(new PreviewRequestList([Request("one")]), Json.PreviewRequestList));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, chunked.StatusCode);
        using var longPath = await SendAsync(runner, session, Content(Request("one") with { Path = new string('x', 501) }));
        Assert.Equal(HttpStatusCode.BadRequest, longPath.StatusCode);
        Assert.Empty((await WatchAsync(session)).Requests);
    }

    [Fact]
    public async Task Only_the_Gateways_token_for_this_instance_reports()
    {
        await using var runner = await StartReadyAsync();
        await using var session = await runner.Client.OpenSessionAsync(cancellation: Token);
        foreach (var token in (string[])[session.Welcome.Token, runner.Signer.Tunnel(runner.ReplId, "another"), runner.Signer.Tunnel(ReplId.New(), session.Welcome.Instance)])
        {
            using var answer = await runner.Client.SendAsync(HttpMethod.Post, "/requests", token, content: new StringContent("""{"requests":[]}"""), cancellation: Token);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    private static Task<PreviewRequestList> WatchAsync(RunnerSession session) =>
        session.CallAsync("requests.watch", new Nothing(), Json.Nothing, Json.PreviewRequestList, Token);

    private static async Task<(string Id, long Number)> NextAsync(RunnerSession session)
    {
        var request = Assert.Single((await session.NextAsync("requests.seen", Json.PreviewRequestList, cancellation: Token)).Requests);
        return (request.Id, request.Number);
    }

    private static async Task ReportAsync(RunnerProgram runner, RunnerSession session, string id)
    {
        using var answer = await SendAsync(runner, session, Content(Request(id)));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static ByteArrayContent Content(PreviewRequest request) => new(JsonSerializer.SerializeToUtf8Bytes(new PreviewRequestList([request]), Json.PreviewRequestList));

    private static Task<HttpResponseMessage> SendAsync(RunnerProgram runner, RunnerSession session, HttpContent content) => runner.Client.SendAsync(
        HttpMethod.Post, "/requests", runner.Signer.Tunnel(runner.ReplId, session.Welcome.Instance), content: content, cancellation: Token);

    private static PreviewRequest Request(string id) => new(id, 3000, DateTimeOffset.UnixEpoch, "GET", "/", false, 200, 1, 10, false, false);
}

[Trait("Tier", "integration")]
public sealed class RequestsJitTests(JitRunner runner) : RequestsSuite(runner), IClassFixture<JitRunner>;

[Trait("Tier", "integration")]
public sealed class RequestsAotTests(AotRunner runner) : RequestsSuite(runner), IClassFixture<AotRunner>;

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Devex.Contracts.Api;
using Devex.Core.Tests.Fixtures;
using Xunit;

namespace Devex.Core.Tests.Repls;

[Trait("Tier", "integration")]
public sealed class ReplFieldTests(Stores stores)
{
    [Theory]
    [InlineData("""{"name":"a\nb","template":"node"}""", "name")]
    [InlineData("""{"name":"","template":"node"}""", "name")]
    [InlineData("""{"name":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","template":"node"}""", "name")]
    [InlineData("""{"template":"cobol"}""", "template")]
    [InlineData("""{"template":"../etc"}""", "template")]
    [InlineData("""{"template":""}""", "template")]
    [InlineData("""{"name":"x"}""", "template")]
    public async Task A_bad_field_is_named_with_its_code(string json, string field)
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "fields");
        using var ada = await Browser.SignedInAsync(core);
        using var answer = await ada.SendAsync(HttpMethod.Post, "/api/repls", new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.NotEmpty(problem.RootElement.GetProperty("errors").GetProperty(field)[0].GetString()!);
        Assert.NotEmpty(problem.RootElement.GetProperty("code").GetString()!);
        Assert.NotEmpty(problem.RootElement.GetProperty("traceId").GetString()!);
    }

    [Fact]
    public async Task A_name_is_taken_whatever_its_case_and_free_again_after_a_rename()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "names");
        using var ada = await Browser.SignedInAsync(core);
        using var grace = await Browser.SignedInAsync(core, "grace");
        var first = await ada.CreateAsync(name: "Über");
        await ExpectTakenAsync(await ada.PostAsync("/api/repls", new CreateRepl("üBER", "node")));
        Assert.Equal("Über", (await grace.CreateAsync(name: "Über")).Name);
        var second = await ada.CreateAsync(name: "second");
        await ExpectTakenAsync(await ada.SendAsync(HttpMethod.Patch, $"/api/repls/{second.Id}", JsonContent.Create(new UpdateRepl("ÜBER"))));

        using var renamed = await ada.SendAsync(HttpMethod.Patch, $"/api/repls/{first.Id}", JsonContent.Create(new UpdateRepl("ÜBER")));
        Assert.Equal(HttpStatusCode.OK, renamed.StatusCode);
        using var away = await ada.SendAsync(HttpMethod.Patch, $"/api/repls/{first.Id}", JsonContent.Create(new UpdateRepl("other")));
        Assert.Equal(HttpStatusCode.OK, away.StatusCode);
        Assert.Equal("über", (await ada.CreateAsync(name: "über")).Name);
    }

    [Fact]
    public async Task Parallel_renames_to_one_name_leave_one_winner()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "renames");
        using var ada = await Browser.SignedInAsync(core);
        var repls = new List<Repl>();
        for (var i = 0; i < 8; i++)
            repls.Add(await ada.CreateAsync());
        var answers = await Task.WhenAll(repls.Select(async repl =>
        {
            using var answer = await ada.SendAsync(HttpMethod.Patch, $"/api/repls/{repl.Id}", JsonContent.Create(new UpdateRepl("prize")));
            return answer.StatusCode;
        }));
        Assert.Equal(1, answers.Count(status => status == HttpStatusCode.OK));
        Assert.Single(await ada.ListAsync(), repl => repl.Name == "prize");
    }

    [Fact]
    public async Task Bodies_that_are_too_large_or_too_deep_are_refused()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "fields");
        using var ada = await Browser.SignedInAsync(core);
        using var large = await ada.PostAsync("/api/repls", new CreateRepl(new string('a', 100_000), "node"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        var deep = $$"""{"template":"node","more":{{new string('[', 40)}}{{new string(']', 40)}}}""";
        using var nested = await ada.SendAsync(HttpMethod.Post, "/api/repls", new StringContent(deep, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, nested.StatusCode);
        using var command = await ada.SendAsync(HttpMethod.Patch, $"/api/repls/{(await ada.CreateAsync()).Id}", JsonContent.Create(new UpdateRepl(null, "a\nb")));
        Assert.Equal(HttpStatusCode.BadRequest, command.StatusCode);
    }

    [Fact]
    public async Task A_repl_whose_template_cannot_run_here_is_refused_at_the_start_in_words()
    {
        var engine = new FakeEngine { Refused = { ["python"] = "python3 is not installed on this machine: install it and start again." } };
        await using var core = await CoreHost.StartAsync(stores, engine, bucket: "fields");
        using var ada = await Browser.SignedInAsync(core);
        var repl = await ada.CreateAsync("python");
        using var answer = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{repl.Id}/start");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("repl.cannotRun", problem.RootElement.GetProperty("code").GetString());
        Assert.Contains("python3 is not installed", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var shown = await ada.GetAsync($"/api/repls/{repl.Id}");
        Assert.Equal((ReplState.Stopped, engine.Refused["python"]), (shown.State, shown.Problem));

        // Installed meanwhile: nothing stands in the way any more, and nobody has to try to learn that.
        engine.Refused.Clear();
        Assert.Null((await ada.GetAsync($"/api/repls/{repl.Id}")).Problem);
    }

    [Fact]
    public async Task A_stopped_repl_gives_no_ticket_and_says_what_to_do()
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "fields");
        using var ada = await Browser.SignedInAsync(core);
        using var answer = await ada.SendAsync(HttpMethod.Post, $"/api/repls/{(await ada.CreateAsync()).Id}/tickets");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("repl.notRunning", problem.RootElement.GetProperty("code").GetString());
        Assert.Contains("Start it", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("0123456789AB")]
    [InlineData("0123456789abc")]
    [InlineData("..%2f..%2fetc")]
    public async Task A_repl_by_an_id_that_is_none_is_not_there(string id)
    {
        await using var core = await CoreHost.StartAsync(stores, bucket: "fields");
        using var ada = await Browser.SignedInAsync(core);
        using var answer = await ada.SendAsync(HttpMethod.Get, $"/api/repls/{id}");
        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{answer.StatusCode}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    private static async Task ExpectTakenAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("repl.nameTaken", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        answer.Dispose();
    }
}

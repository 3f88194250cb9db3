using Bunit;
using Devex.Dashboard.Access;
using Devex.Dashboard.AppHost;
using Devex.Dashboard.Consoles;
using Devex.Dashboard.Logs;
using Devex.Dashboard.Parameters;
using Devex.Dashboard.Resources;
using Devex.Dashboard.Telemetry;
using Devex.Dashboard.Traces;
using Devex.Hosting.Dashboard;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MudBlazor;
using MudBlazor.Services;

namespace Devex.Dashboard.Tests.Pages;

public sealed class PagesTests : BunitContext
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 10, 0, 0, TimeSpan.Zero);

    private readonly FakeAppHost _appHost = new();
    private readonly ResourceStore _resources = new();
    private readonly ConsoleStore _consoles = new();
    private readonly TelemetryStore _telemetry = new();
    private IRenderedComponent<MudPopoverProvider>? _popovers;

    public PagesTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(new DashboardOptions { Token = "t", OtlpKey = "k", Application = "Sample" });
        Services.AddSingleton<IAppHost>(_appHost).AddSingleton(_resources).AddSingleton(_consoles).AddSingleton(_telemetry);
    }

    [Fact]
    public void Resources_are_listed_with_state_and_links_and_why_one_fails_is_at_the_top()
    {
        _resources.Put(new ResourceInfo("core", "Project", "Running") { Health = "Healthy", StartedAt = Start, Source = "Core.csproj", Links = [new("http://localhost:5210", "http"), new("tcp://localhost:1", "tcp")] });
        _resources.Put(new ResourceInfo("web", "Project", "Failed to start") { Failure = "The program /nowhere does not exist." });
        var page = Show<ResourcesPage>();
        Assert.Equal(["core Running", "web Failed to start"], page.FindAll("[data-testid=resource]").Select(row => $"{row.GetAttribute("data-name")} {row.GetAttribute("data-state")}"));
        Assert.Contains("/nowhere does not exist", page.Find("[data-testid=failure]").TextContent, StringComparison.Ordinal);
        Assert.Equal("http://localhost:5210", Assert.Single(page.FindAll(".db-resources a.db-endpoint")).GetAttribute("href"));
    }

    [Fact]
    public void A_secret_is_not_in_the_page_until_it_is_asked_for()
    {
        _resources.Put(new ResourceInfo("core", "Project", "Running") { Environment = [new("PLAIN", "seen"), new("KEY", "s3cret", Secret: true)] });
        var page = Show<ResourcesPage>();
        page.Find("[data-name=core] .db-link").Click();
        Assert.Contains("seen", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", page.Markup, StringComparison.Ordinal);
        page.Find("[aria-label='Show KEY']").Click();
        Assert.Contains("s3cret", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_is_asked_of_the_AppHost()
    {
        CommandInfo[] commands = [new("start", "Start", null), new("stop", "Stop", null), new("restart", "Restart", null)];
        _resources.Put(new ResourceInfo("core", "Project", "Running") { Commands = commands });
        _resources.Put(new ResourceInfo("web", "Project", "Exited") { Commands = commands });
        var page = Show<ResourcesPage>();
        page.Find("[aria-label='Restart core']").Click();
        page.Find("[aria-label='Stop core']").Click();
        page.Find("[aria-label='Start web']").Click();
        Assert.Equal(["restart core", "stop core", "start web"], _appHost.Asked);
    }

    [Fact]
    public void The_graph_has_every_resource_and_an_arrow_to_what_it_refers_to()
    {
        _resources.Put(new ResourceInfo("redis", "Container", "Running"));
        _resources.Put(new ResourceInfo("core", "Project", "Running") { References = [new("redis", "Reference"), new("redis", "WaitFor")] });
        _resources.Put(new ResourceInfo("web", "Project", "Waiting") { References = [new("core", "WaitFor")] });
        var page = Show<ResourcesPage>();
        page.Find("[data-testid=graph]").Click();
        Assert.Equal(3, page.FindAll(".db-node").Count);
        Assert.Equal([null, "true"], page.FindAll(".db-edge").Select(edge => edge.GetAttribute("data-waits")));
    }

    [Fact]
    public void The_console_shows_one_resource_or_all_searched_and_in_colour()
    {
        _resources.Put(new ResourceInfo("core", "Project", "Running"));
        _consoles.Add([Line(1, "core", "\e[31mred\e[0m core"), Line(2, "web", "<script>alert(1)</script>")]);
        var page = Show<ConsolePage>();
        Assert.Equal(2, page.FindAll(".db-line").Count);
        Assert.Equal("red", page.Find(".fg-1").TextContent);
        Assert.Empty(page.FindAll("script"));
        page.Find("[data-testid=search]").Input("RED CORE");
        Assert.Equal("core", Assert.Single(page.FindAll(".db-line-source")).TextContent);
    }

    [Fact]
    public void A_paused_console_stands_still_and_catches_up()
    {
        _consoles.Add([Line(1, "core", "one")]);
        var page = Show<ConsolePage>();
        page.Find("[data-testid=pause]").Click();
        _consoles.Add([Line(2, "core", "two")]);
        Assert.Single(page.FindAll(".db-line"));
        page.Find("[data-testid=pause]").Click();
        Assert.Equal(2, page.FindAll(".db-line").Count);
    }

    [Fact]
    public void Logs_are_filtered_by_level_and_text_and_a_log_leads_to_its_trace()
    {
        _telemetry.Add(new LogRecord("core", "Cat", Start, LogLevel.Information, "fine", "", "", []));
        _telemetry.Add(new LogRecord("core", "Cat", Start, LogLevel.Error, "broken", new string('a', 32), "", [new("exception.stacktrace", "at Main")]));
        var page = Show<LogsPage>();
        Assert.Equal(2, page.FindAll("[data-testid=log]").Count);
        page.Find("[data-testid=pick-level]").Change("4");
        page.Find("[data-testid=log]").Click();
        Assert.Contains("at Main", page.Find("[data-testid=details]").TextContent, StringComparison.Ordinal);
        Assert.Contains($"/traces/{new string('a', 32)}", page.Find("[data-testid=details]").InnerHtml, StringComparison.Ordinal);
        page.Find("[data-testid=search]").Input("nowhere");
        page.Find("[data-testid=nothing]");
    }

    [Fact]
    public void A_trace_is_a_waterfall_and_what_a_session_measured_is_marked()
    {
        _telemetry.Add(Span("a", "", "web", []));
        _telemetry.Add(Span("b", "a", "runner", [new("devex.untrusted", "true")]));
        var list = Show<TracesPage>();
        Assert.Equal("/traces/t", Assert.Single(list.FindAll("[data-testid=trace]")).GetAttribute("href"));
        var page = Render<TracePage>(parameters => parameters.Add(trace => trace.Id, "t"));
        Assert.Equal(["web", "runner"], page.FindAll("[data-testid=span]").Select(span => span.GetAttribute("data-resource")));
        page.FindAll("[data-testid=span]")[1].Click();
        Assert.Contains("it may be invented", page.Find("[data-testid=details]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_that_is_looked_at_stays_when_newer_ones_take_its_place()
    {
        _telemetry.Add(Span("a", "", "web", []));
        var page = Render<TracePage>(parameters => parameters.Add(trace => trace.Id, "t"));
        foreach (var newer in Enumerable.Range(0, TraceBook.MaxTraces))
        {
            _telemetry.Add(Span("b", "", "core", []) with { TraceId = $"{newer}" });
        }

        Assert.Empty(_telemetry.Trace("t"));
        page.Render();
        Assert.Equal("web", Assert.Single(page.FindAll("[data-testid=span]")).GetAttribute("data-resource"));
    }

    [Fact]
    public void A_missing_value_is_asked_for_and_given()
    {
        _resources.Put([new ParameterInfo("github-client-secret", "From GitHub", true, true, null)]);
        Assert.Contains("github-client-secret has no value", Show<ResourcesPage>().Find("[data-testid=missing]").TextContent, StringComparison.Ordinal);
        var page = Show<ParametersPage>();
        page.Find("[data-testid=give] input[type=password]").Change("s3cret");
        page.Find("[data-testid=give] input[type=checkbox]").Change(true);
        page.Find("form[data-testid=give]").Submit();
        Assert.Equal(["github-client-secret=s3cret, kept"], _appHost.Asked);
    }

    private IRenderedComponent<T> Show<T>()
        where T : IComponent
    {
        _popovers ??= Render<MudPopoverProvider>();
        return Render<T>();
    }

    private static ConsoleLine Line(long number, string resource, string text) => new(number, resource, resource, Start, text, false);

    private static Span Span(string id, string parent, string resource, IReadOnlyList<Fact> facts) =>
        new("t", id, parent, resource, "", id, "", Start, TimeSpan.FromMilliseconds(10), false, "", facts, []);
}

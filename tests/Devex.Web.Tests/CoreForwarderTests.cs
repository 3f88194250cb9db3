using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Devex.ServiceDefaults.Tokens;
using Devex.Testing;
using Devex.Web.Forwarding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Devex.Web.Tests;

/// <summary>What browsers and programs are told while nothing listens where Core was.</summary>
[Trait("Tier", "integration")]
public sealed class CoreForwarderTests : IAsyncLifetime
{
    private readonly Lines _log = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private WebApplication _web = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", $"--services:core:http:0=http://127.0.0.1:{FreePort.Next()}"]);
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.Services.AddSingleton(new ServiceTokens(new string('k', 40), "devex web assertion", TimeProvider.System));
        builder.Services.AddProblemDetails();
        builder.AddForwarding();
        _web = builder.Build();
        _web.UseStatusCodePages(pages => pages.HttpContext.Response.WriteAsync($"the page by {pages.HttpContext.Request.Method}", Cancelled));
        _web.MapForwarding();
        await _web.StartAsync(Cancelled);
        _client.BaseAddress = new Uri(_web.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _web.DisposeAsync();
    }

    [Theory]
    [InlineData("POST", "/api/repls", "application/json")]
    [InlineData("GET", "/auth/session", "*/*")]
    [InlineData("GET", "/api/me", null)]
    public async Task A_program_gets_problem_details(string method, string path, string? accept)
    {
        using var answer = await AskAsync(method, path, accept);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter?.Delta);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal("core.unavailable", problem.GetProperty("code").GetString());
        Assert.Contains("Try again", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/docs")]
    [InlineData("POST", "/auth/local")]
    public async Task A_person_who_follows_a_link_or_sends_a_form_gets_a_page(string method, string path)
    {
        using var answer = await AskAsync(method, path, "text/html,application/xhtml+xml,*/*;q=0.8");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("the page by GET", await answer.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task An_address_writes_no_line_of_its_own_into_the_log()
    {
        using var answer = await AskAsync("GET", "/api/a%0Afail:%20forged", null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var line = Assert.Single(_log.Said, said => said.Contains("forged", StringComparison.Ordinal));
        Assert.DoesNotContain('\n', line);
    }

    private Task<HttpResponseMessage> AskAsync(string method, string path, string? accept)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return _client.SendAsync(request, Cancelled);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Said { get; } = new();

        public ILogger CreateLogger(string categoryName) => categoryName == typeof(CoreForwarder).FullName ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Said.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}

using System.Security.Claims;
using Devex.ServiceDefaults.Tokens;
using Devex.Web.CoreApi;
using Microsoft.Extensions.DependencyInjection;
using Polly.CircuitBreaker;
using Polly.Timeout;
using Xunit;

namespace Devex.Web.Tests;

/// <summary>However Core fails to answer, pages meet one exception, which all of them have words for.</summary>
public sealed class CoreHttpTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_core_that_is_silent_for_too_long_does_not_answer() =>
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(token => Task.Delay(Timeout.Infinite, token), TimeSpan.FromMilliseconds(50), Cancelled));

    [Fact]
    public async Task Nor_does_one_that_is_given_up() =>
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(_ => throw new TimeoutRejectedException(), Timeout.InfiniteTimeSpan, Cancelled));

    [Fact]
    public async Task Nor_does_one_that_is_not_asked_after_too_many_failures() =>
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(_ => throw new BrokenCircuitException(), Timeout.InfiniteTimeSpan, Cancelled));

    [Fact]
    public async Task Who_leaves_the_page_is_told_of_no_failure()
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var asked = AskAsync(async token =>
        {
            await leaving.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        }, Timeout.InfiniteTimeSpan, leaving.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private static async Task AskAsync(Func<CancellationToken, Task> core, TimeSpan timeout, CancellationToken cancellation)
    {
        await using var services = new ServiceCollection()
            .AddHttpClient(CoreHttp.ClientName, client => (client.BaseAddress, client.Timeout) = (new Uri("http://core"), timeout))
            .ConfigurePrimaryHttpMessageHandler(() => new Core(core)).Services
            .AddSingleton(new ServiceTokens(new string('k', 40), "devex web assertion", TimeProvider.System))
            .AddSingleton<CoreHttp>()
            .BuildServiceProvider();
        await services.GetRequiredService<CoreHttp>().SendAsync(new ClaimsPrincipal(), HttpMethod.Get, "/api/me", cancellation);
    }

    private sealed class Core(Func<CancellationToken, Task> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await answer(cancellationToken);
            return new HttpResponseMessage();
        }
    }
}

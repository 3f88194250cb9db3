using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Cluster.Tests;

/// <summary>A REPL of the deployed product, as a program with an API token has it: every request goes to Web's Service, every socket to the Gateway's.</summary>
internal sealed class ProductRepl : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly HttpClient _web;
    private readonly RunnerClient _runner;

    private ProductRepl(HttpClient web, ReplId id)
    {
        (_web, Id) = (web, id);
        _runner = new RunnerClient($"http://{Product.Gateway.Authority}", id, new RunnerSigner(), Product.ReplDomain);
    }

    public ReplId Id { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<ProductRepl> CreateAsync(string token)
    {
        var web = Product.Client(Product.Web);
        web.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await web.PostAsJsonAsync("/api/repls", new CreateRepl(null, "bash"), (JsonTypeInfo<CreateRepl>)ApiJson.Default.GetTypeInfo(typeof(CreateRepl))!, Cancelled);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancelled));
        return new ProductRepl(web, (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Repl, Cancelled))!.Id);
    }

    public async Task StartAsync()
    {
        await PostAsync("start");
        await WaitForAsync(ReplState.Running);
    }

    public async Task StopAsync()
    {
        await PostAsync("stop");
        Assert.Null((await WaitForAsync(ReplState.Stopped)).Problem);
    }

    /// <summary>A ticket from Web, then a socket through the Gateway to the pod.</summary>
    public async Task<RunnerSession> OpenAsync()
    {
        using var answer = await _web.PostAsync($"/api/repls/{Id}/tickets", null, Cancelled);
        var ticket = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ApiJson.Default.SessionTicket, Cancelled))!;
        Assert.Contains($"{Id}.{Product.ReplDomain}", ticket.Url.ToString(), StringComparison.Ordinal);
        return await RunnerSession.BeginAsync(
            _runner, await _runner.OpenSocketAsync("/session", SessionProtocol.TicketPrefix + ticket.Ticket, Product.WebOrigin, Cancelled), Cancelled);
    }

    public void Dispose()
    {
        _runner.Dispose();
        _web.Dispose();
    }

    private async Task PostAsync(string act)
    {
        using var answer = await _web.PostAsync($"/api/repls/{Id}/{act}", null, Cancelled);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private async Task<Repl> WaitForAsync(ReplState state)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Limit);
        Repl? last = null;
        try
        {
            while (true)
            {
                last = await _web.GetFromJsonAsync($"/api/repls/{Id}", ApiJson.Default.Repl, limit.Token);
                if (last!.State == state)
                    return last;
                Assert.False(state is ReplState.Running && last is { State: ReplState.Stopped, Problem: not null }, last.Problem);
                await Task.Delay(100, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
        {
            throw new TimeoutException($"Never {state}: {last}");
        }
    }
}

using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Devex.Contracts.Gateway;
using Devex.Contracts.Protocol;
using Devex.Gateway.Tunnels;

namespace Devex.Gateway.Requests;

/// <summary>
/// Tells each session's <c>serve</c> of the requests to its previews, in batches and beside their way: what of any number of gateways passed is then in
/// one log, of that session alone, for those who are in it. A session that takes no reports loses them, and nobody waits for it.
/// </summary>
internal sealed class RequestReports(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, RequestReport> _reports = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ended = new();
    private readonly HttpMessageInvoker _client = SessionHandler.Create(static async (location, token) => await Dialer.DialAsync(location, token));

    public void Add(SessionLocation location, PreviewRequest request)
    {
        while (true)
        {
            var report = _reports.GetOrAdd(location.Instance, static (_, location) => new RequestReport(location), location);
            var (taken, begin) = report.Add(location, request);
            if (begin)
                _ = SendAllAsync(location.Instance, report);
            if (taken)
                return;
            _reports.TryRemove(KeyValuePair.Create(location.Instance, report));
        }
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
        _client.Dispose();
    }

    /// <summary>Never fails.</summary>
    private async Task SendAllAsync(string instance, RequestReport report)
    {
        var stopping = _ended.Token;
        try
        {
            // A page asks for many things at once.
            await Task.Delay(Pause, time, stopping);
            while (report.Take() is { Count: > 0 } requests)
            {
                await SendAsync(report.Location, requests, stopping);
                await Task.Delay(Pause, time, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // The Gateway ends.
        }
        _reports.TryRemove(KeyValuePair.Create(instance, report));
    }

    private async Task SendAsync(SessionLocation location, IReadOnlyList<PreviewRequest> requests, CancellationToken stopping)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, DestinationNames.Runner(location) + "/requests");
        message.Content = JsonContent.Create(new PreviewRequestList(requests), ProtocolJson.Default.PreviewRequestList);
        message.Headers.Host = location.ReplId.ToString();
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", location.TunnelToken);
        SessionHandler.SetLocation(message, location);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Patience);
        try
        {
            // JsonContent has no length before it is written, and serve wants one.
            await message.Content.LoadIntoBufferAsync(limit.Token);
            (await _client.SendAsync(message, limit.Token)).Dispose();
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            // The session has gone, or is of a version that keeps no log.
        }
    }
}

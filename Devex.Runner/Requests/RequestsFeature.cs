using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Devex.Contracts.Protocol;
using Devex.Runner.Access;
using Devex.Runner.Sessions;

namespace Devex.Runner.Requests;

/// <summary><c>POST /requests</c> by the Gateway, <c>requests.watch</c> and <c>requests.unwatch</c> by people: the log of the session's previews.</summary>
internal sealed class RequestsFeature(RequestLog log, SessionHub hub) : ISessionFeature
{
    private const int MaxReport = 512 << 10;
    private const int MaxText = 500;

    private static readonly JsonTypeInfo<PreviewRequestList> Report = StrictJson.For(ProtocolJson.Default.PreviewRequestList);

    private readonly ConcurrentDictionary<SessionClient, byte> _watching = [];

    public void Register(MethodTable methods, RouteTable routes)
    {
        var json = ProtocolJson.Default;
        methods.Add("requests.watch", json.Nothing, json.PreviewRequestList, (client, _, _) =>
        {
            // First: what comes meanwhile is told twice rather than never.
            _watching[client] = 0;
            if (client.Gone.IsCancellationRequested)
                _watching.TryRemove(client, out _);
            return Task.FromResult(log.All);
        });
        methods.Add("requests.unwatch", json.Nothing, json.Nothing, (client, _, _) =>
        {
            _watching.TryRemove(client, out _);
            return Task.FromResult(new Nothing());
        });
        routes.Map(Route.Requests, ReportAsync);
    }

    public void Left(SessionClient client) => _watching.TryRemove(client, out _);

    private async Task ReportAsync(Visit visit, CancellationToken cancellation)
    {
        var request = visit.Context.Request;
        if (request.ContentLength is null or > MaxReport)
            throw new SessionException(ErrorCodes.TooLarge, "requests.size", $"A report says how long it is, and has at most {MaxReport} bytes.", limit: MaxReport);
        var taken = log.Add(await ReadAsync(request.Body, cancellation));
        if (!_watching.IsEmpty && taken.Requests.Count > 0)
            hub.Broadcast("requests.seen", taken, ProtocolJson.Default.PreviewRequestList, _watching.ContainsKey);
        visit.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<IReadOnlyList<PreviewRequest>> ReadAsync(Stream body, CancellationToken cancellation)
    {
        try
        {
            if (await JsonSerializer.DeserializeAsync(body, Report, cancellation) is { } report && report.Requests.All(IsWhole))
                return report.Requests;
        }
        catch (JsonException)
        {
            // As below.
        }
        throw new SessionException(ErrorCodes.BadPath, "requests.report", "This is no report of requests.");
    }

    private static bool IsWhole(PreviewRequest? request) =>
        request is { Id: { Length: > 0 and <= MaxText }, Method: { Length: <= MaxText }, Path: { Length: <= MaxText } };
}

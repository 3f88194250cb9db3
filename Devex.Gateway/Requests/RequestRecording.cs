using System.Globalization;
using System.Security.Cryptography;
using Devex.Contracts.Gateway;
using Devex.Contracts.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace Devex.Gateway.Requests;

/// <summary>One request to a preview as it passes. What lasts, a WebSocket or a stream of events, is told of as it begins, too.</summary>
internal sealed class RequestRecording
{
    private const int LongestMethod = 20;
    private const int LongestPath = 500;

    private static readonly string Process = RandomNumberGenerator.GetHexString(12, lowercase: true);
    private static long _last;

    private readonly RequestReports _reports;
    private readonly SessionLocation _location;
    private readonly PreviewRequest _request;
    private readonly TimeProvider _time;
    private readonly long _began;
    private long _bytes;
    private bool _isWebSocket;

    public RequestRecording(RequestReports reports, SessionLocation location, HttpContext context, int port, bool byLink, TimeProvider time)
    {
        (_reports, _location, _time, _began) = (reports, location, time, time.GetTimestamp());
        var id = string.Create(CultureInfo.InvariantCulture, $"{Process}-{Interlocked.Increment(ref _last)}");
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw && raw[0] == '/' ? raw : context.Request.Path.ToUriComponent();
        var query = target.IndexOf('?', StringComparison.Ordinal);
        _request = new PreviewRequest(
            id, port, time.GetUtcNow(), Clip(context.Request.Method, LongestMethod), Clip(query < 0 ? target : target[..query], LongestPath),
            query >= 0 || context.Request.QueryString.HasValue, null, null, 0, false, byLink);
    }

    /// <summary>The program answered. Its body is counted as it passes.</summary>
    public void Answered(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        _isWebSocket = status == StatusCodes.Status101SwitchingProtocols;
        var lasts = _isWebSocket || response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        response.Content = new CountedContent(response.Content, count => Interlocked.Add(ref _bytes, count));
        if (lasts)
            _reports.Add(_location, _request with { Status = status, WebSocket = _isWebSocket });
    }

    /// <summary>All has passed, or the visitor has gone.</summary>
    /// <param name="status">What the visitor was answered; null when nothing.</param>
    public void Ended(int? status) => _reports.Add(_location, _request with
    {
        Status = _isWebSocket ? StatusCodes.Status101SwitchingProtocols : status,
        Milliseconds = Math.Round(_time.GetElapsedTime(_began).TotalMilliseconds, 1),
        Bytes = Interlocked.Read(ref _bytes),
        WebSocket = _isWebSocket,
    });

    private static string Clip(string text, int most) => text.Length <= most ? text : text[..most];
}

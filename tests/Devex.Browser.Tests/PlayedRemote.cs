using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.Playwright;

namespace Devex.Browser.Tests;

/// <summary>
/// Plays what git does with a remote on the internet, between a page and its session: everything else goes through. What a session really does with one is tested with git's own server, which a sandbox would
/// neither reach nor trust.
/// </summary>
internal sealed class PlayedRemote
{
    private static readonly string[] Played = ["git.fetch", "git.pull", "git.push", "git.cancel", "git.credential"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<JsonObject> _requests = Channel.CreateUnbounded<JsonObject>();
    private IWebSocketRoute? _page;

    private PlayedRemote()
    {
    }

    /// <summary>For sessions that the page opens from now on.</summary>
    public static async Task<PlayedRemote> OfAsync(IPage page)
    {
        var remote = new PlayedRemote();
        await page.RouteWebSocketAsync(new Regex("/session(\\?|$)"), remote.Opened);
        return remote;
    }

    /// <summary>The next of the requests that are played, which is of this method.</summary>
    public async Task<JsonObject> AskedAsync(string method)
    {
        using var limit = new CancellationTokenSource(Patience);
        var request = await _requests.Reader.ReadAsync(limit.Token);
        return (string?)request["method"] == method ? request : throw new InvalidOperationException($"{request["method"]} came instead of {method}.");
    }

    public void Notify(string method, object parameters) => Send(new JsonObject { ["method"] = method, ["params"] = JsonSerializer.SerializeToNode(parameters) });

    public void Answer(JsonObject request, object result) => Send(new JsonObject { ["id"] = request["id"]!.DeepClone(), ["result"] = JsonSerializer.SerializeToNode(result) });

    public void Refuse(JsonObject request, string reason, string message) => Send(new JsonObject
    {
        ["id"] = request["id"]!.DeepClone(),
        ["error"] = new JsonObject { ["code"] = 409, ["message"] = message, ["data"] = new JsonObject { ["reason"] = reason } },
    });

    private void Opened(IWebSocketRoute page)
    {
        _page = page;
        var server = page.ConnectToServer();
        page.OnMessage(frame =>
        {
            if (frame.Text is { } text && JsonNode.Parse(text) is JsonObject request && Played.Contains((string?)request["method"]))
                _requests.Writer.TryWrite(request);
            else if (frame.Text is { } other)
                server.Send(other);
            else
                server.Send(frame.Binary!);
        });
    }

    private void Send(JsonObject message)
    {
        message["jsonrpc"] = "2.0";
        _page!.Send(message.ToJsonString());
    }
}

using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Devex.Browser.Tests;

/// <summary>The line between a page and its session, or its circuit, which a test cuts while all other hosts stay in reach: only so can a page be reloaded meanwhile.</summary>
internal sealed class SessionLine
{
    private readonly List<(IWebSocketRoute Page, IWebSocketRoute Server)> _open = [];
    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<(IWebSocketRoute Page, IWebSocketFrame Frame)> _held = [];
    private bool _cut;
    private bool _holding;

    private SessionLine()
    {
    }

    /// <summary>The page tried a connection while the line was cut.</summary>
    public Task Refused => _refused.Task;

    /// <summary>Of every session, or other WebSocket of a path, that the page opens from now on.</summary>
    public static async Task<SessionLine> OfAsync(IPage page, string path = "/session")
    {
        var line = new SessionLine();
        await page.RouteWebSocketAsync(new Regex(path + "(\\?|$)"), line.Opened);
        return line;
    }

    /// <summary>Loses the connection, and every further one at once.</summary>
    public async Task CutAsync()
    {
        _cut = true;
        foreach (var (page, server) in _open)
        {
            await page.CloseAsync(new() { Code = 1001 });
            await server.CloseAsync(new() { Code = 1001 });
        }
        _open.Clear();
    }

    /// <summary>New connections get through again.</summary>
    public void Mend() => _cut = false;

    /// <summary>From now on what the server says does not reach the page, as if it was far away; what the page says does reach the server.</summary>
    public void Hold()
    {
        lock (_held)
            _holding = true;
    }

    /// <summary>All that was held reaches the page, and what comes after it at once.</summary>
    public void Release()
    {
        lock (_held)
        {
            _holding = false;
            while (_held.TryDequeue(out var held))
                Pass(held.Page, held.Frame);
        }
    }

    /// <summary>Tells the page something as if the server had.</summary>
    public void Tell(byte[] message)
    {
        foreach (var (page, _) in _open)
            page.Send(message);
    }

    private void Opened(IWebSocketRoute page)
    {
        if (_cut)
            _ = RefuseAsync(page);
        else
            Connect(page);
    }

    private void Connect(IWebSocketRoute page)
    {
        var server = page.ConnectToServer();
        server.OnMessage(frame =>
        {
            lock (_held)
            {
                if (_holding)
                    _held.Enqueue((page, frame));
                else
                    Pass(page, frame);
            }
        });
        _open.Add((page, server));
    }

    private static void Pass(IWebSocketRoute page, IWebSocketFrame frame)
    {
        if (frame.Text is { } text)
            page.Send(text);
        else
            page.Send(frame.Binary!);
    }

    private async Task RefuseAsync(IWebSocketRoute page)
    {
        await page.CloseAsync(new() { Code = 1001 });
        _refused.TrySetResult();
    }
}

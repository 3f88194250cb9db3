using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Devex.Browser.Tests;

/// <summary>The line between a page and its session, or its circuit, which a test cuts while all other hosts stay in reach: only so can a page be reloaded meanwhile.</summary>
internal sealed class SessionLine
{
    private readonly List<(IWebSocketRoute Page, IWebSocketRoute Server)> _open = [];
    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<(IWebSocketRoute Page, string Text)> _held = [];
    private readonly bool _text;
    private bool _cut;
    private bool _holding;

    private SessionLine(bool text) => _text = text;

    /// <summary>The page tried a connection while the line was cut.</summary>
    public Task Refused => _refused.Task;

    /// <summary>Of every session, or other WebSocket of a path, that the page opens from now on.</summary>
    public static Task<SessionLine> OfAsync(IPage page, string path = "/session") => OfAsync(page, path, text: false);

    /// <summary>The same of a WebSocket all of whose messages are text, which can be held: what Playwright passes to tests does not say whether it was text.</summary>
    public static Task<SessionLine> OfTextAsync(IPage page, string path = "/session") => OfAsync(page, path, text: true);

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
        if (!_text)
            throw new InvalidOperationException("Only text can be held.");
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
                held.Page.Send(held.Text);
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
        if (_text)
            server.OnMessage(frame => Heard(page, frame.Text!));
        _open.Add((page, server));
    }

    private void Heard(IWebSocketRoute page, string text)
    {
        lock (_held)
        {
            if (_holding)
                _held.Enqueue((page, text));
            else
                page.Send(text);
        }
    }

    private static async Task<SessionLine> OfAsync(IPage page, string path, bool text)
    {
        var line = new SessionLine(text);
        await page.RouteWebSocketAsync(new Regex(path + "(\\?|$)"), line.Opened);
        return line;
    }

    private async Task RefuseAsync(IWebSocketRoute page)
    {
        await page.CloseAsync(new() { Code = 1001 });
        _refused.TrySetResult();
    }
}

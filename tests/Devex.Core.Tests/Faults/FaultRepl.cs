using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Devex.Contracts;
using Devex.Contracts.Api;
using Devex.Contracts.Protocol;
using Devex.Testing.Runner;
using Xunit;

namespace Devex.Core.Tests.Faults;

/// <summary>
/// A REPL and its person, who wants it to run, types into a document as a page does, and wants it to stop. What is refused or lost on the way is tried again, as a page
/// does; what was acknowledged is remembered.
/// </summary>
internal sealed class FaultRepl(FaultStack stack, ReplId id) : IAsyncDisposable
{
    private const string File = "typed.txt";
    private const string Page = "pagepagepagepage";
    private static readonly ProtocolJson Json = ProtocolJson.Default;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private RunnerClient? _client;
    private RunnerSession? _session;
    private OpenedDocument? _document;
    private long _version;
    private int _length;
    private int _acknowledged;

    public ReplId Id => id;

    public bool HasTyped => _acknowledged > 0;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Task StartAsync() => UntilAsync("it runs", async () =>
    {
        var repl = await GetAsync();
        if (repl?.State is ReplState.Stopped)
            await stack.AskAsync(HttpMethod.Post, $"/api/repls/{id}/start");
        return repl?.State is ReplState.Running;
    });

    /// <summary>Wants it to run, and does not wait.</summary>
    public Task BeginAsync() => AskUntilDoneAsync(HttpMethod.Post, "/start");

    /// <summary>Puts a file of random bytes into the running workspace.</summary>
    public Task WriteAsync(string name, int bytes)
    {
        var content = new byte[bytes];
        Random.Shared.NextBytes(content);
        return System.IO.File.WriteAllBytesAsync(Path.Combine(stack.Folders(id).Workspace, name), content, Cancelled);
    }

    /// <summary>The newest restore point.</summary>
    public async Task<SavedState> HeadAsync() => (await GetAsync())!.Saved!;

    /// <summary>One more edit; returns when it is acknowledged.</summary>
    public async Task TypeAsync()
    {
        var n = _acknowledged + 1;
        await UntilAsync($"edit {n} is acknowledged", async () =>
        {
            try
            {
                if (_document is null)
                    await OpenAsync();
                if (_document!.Received.TryGetValue(Page, out var received) && received >= n)
                    return true;
                var text = string.Create(CultureInfo.InvariantCulture, $"{n}|");
                var changes = JsonElement.Parse(_length == 0 ? $$"""[[0,"{{text}}"]]""" : $$"""[[0,"{{text}}"],{{_length}}]""");
                var pushed = await _session!.CallAsync(
                    "documents.push", new PushUpdates(_document.Document, _version, [new DocumentUpdate(Page, n, changes)]), Json.PushUpdates, Json.PushedUpdates, Cancelled);
                (_version, _length) = (pushed.Version, _length + text.Length);
                return true;
            }
            catch (Exception e) when (e is IOException or WebSocketException or HttpRequestException or RunnerErrorException or TimeoutException or OperationCanceledException)
            {
                await LeaveAsync();
                return false;
            }
        });
        _acknowledged = n;
    }

    /// <summary>Waits until the newest restore point has every acknowledged edit, each once.</summary>
    public Task SavedAsync()
    {
        var expected = Enumerable.Range(1, _acknowledged).Reverse().Select(n => string.Create(CultureInfo.InvariantCulture, $"{n}|"));
        return UntilAsync($"S3 holds edits 1 to {_acknowledged}", async () =>
        {
            using var answer = await stack.AskAsync(HttpMethod.Get, $"/api/repls/{id}/history/head/file?path=workspace/{File}");
            return answer.IsSuccessStatusCode && await answer.Content.ReadAsStringAsync(Cancelled) == string.Concat(expected);
        });
    }

    public async Task StopAsync()
    {
        await AskUntilDoneAsync(HttpMethod.Post, "/stop");
        await UntilAsync("it is stopped", async () => (await GetAsync())?.State is ReplState.Stopped);
        await LeaveAsync();
    }

    /// <summary>Wants it to stop, and does not wait.</summary>
    public Task BeginStopAsync() => AskUntilDoneAsync(HttpMethod.Post, "/stop");

    public async Task<ReplState?> StateAsync() => (await GetAsync())?.State;

    public async Task<SessionProgress?> ProgressAsync() => (await GetAsync())?.Progress;

    /// <summary>Waits until whoever looks at its start or stop is told that it waits for S3.</summary>
    public Task WaitsAsync(ProgressKind kind) => UntilAsync($"its {kind} says that it waits for S3", async () =>
        await ProgressAsync() is { Stages: [.., { EndedAt: null, Waiting: { } why }] } progress && progress.Kind == kind && why.StartsWith("S3 does not answer.", StringComparison.Ordinal));

    /// <summary>Waits until the page of its person says how its files are kept.</summary>
    public Task ToldAsync(SaveProgress progress) => UntilAsync($"its page says {progress}", async () =>
    {
        try
        {
            if (_session is null)
                await OpenAsync();
            return (await _session!.CallAsync("saves.state", new Nothing(), Json.Nothing, Json.SavesState, Cancelled)).State == progress;
        }
        catch (Exception e) when (e is IOException or WebSocketException or HttpRequestException or TimeoutException or OperationCanceledException)
        {
            await LeaveAsync();
            return false;
        }
    });

    public async Task DeleteAsync()
    {
        await AskUntilDoneAsync(HttpMethod.Delete, "");
        await UntilAsync("its session is gone", () => Task.FromResult(!Directory.Exists(stack.Folders(id).Root)));
        await LeaveAsync();
    }

    public Task BringBackAsync() => AskUntilDoneAsync(HttpMethod.Post, "/restore");

    /// <summary>No process, no socket and no folder of a session, nor what a removal left.</summary>
    public Task NothingIsLeftAsync() => UntilAsync("nothing of its sessions is left", () => Task.FromResult(
        SessionKiller.Left(id).Count == 0
        && !Directory.EnumerateFileSystemEntries(stack.Folders(id).Data).Any(path => path.Contains(id.ToString(), StringComparison.Ordinal))
        && !Path.Exists(stack.Folders(id).Sockets) && !Path.Exists(stack.Folders(id).Socket)));

    public ValueTask DisposeAsync() => new(LeaveAsync());

    private async Task OpenAsync()
    {
        using var answer = await stack.AskAsync(HttpMethod.Post, $"/api/repls/{id}/tickets");
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"No ticket: {answer.StatusCode}.");
        var ticket = (await answer.Content.ReadFromJsonAsync(ApiJson.Default.SessionTicket, Cancelled))!;
        _client = stack.Enter(id);
        _session = await RunnerSession.BeginAsync(_client, await _client.OpenSocketAsync("/session", SessionProtocol.TicketPrefix + ticket.Ticket, cancellation: Cancelled), Cancelled);
        if (!(await _session.ListAsync()).Any(file => file.Name == File))
            await _session.WriteFileAsync(File, "", expected: null);
        _document = await _session.CallAsync("documents.open", new OpenDocument(File), Json.OpenDocument, Json.OpenedDocument, Cancelled);
        (_version, _length) = (_document.Version, _document.Text!.Length);
    }

    private async Task LeaveAsync()
    {
        if (_session is not null)
            await _session.DisposeAsync();
        _client?.Dispose();
        (_session, _client, _document) = (null, null, null);
    }

    private async Task<Repl?> GetAsync()
    {
        using var answer = await stack.AskAsync(HttpMethod.Get, $"/api/repls/{id}");
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync(ApiJson.Default.Repl, Cancelled) : null;
    }

    private Task AskUntilDoneAsync(HttpMethod method, string what) => UntilAsync($"{method} {what} is accepted", async () =>
    {
        using var answer = await stack.AskAsync(method, $"/api/repls/{id}{what}");
        // What was asked for again after it was done is not found any more.
        return answer.IsSuccessStatusCode || (method == HttpMethod.Delete && answer.StatusCode == HttpStatusCode.NotFound);
    });

    private async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Patience);
        while (!await isSo())
        {
            if (limit.IsCancellationRequested)
            {
                var state = await GetAsync();
                throw new TimeoutException($"{id}: not before time was up: {what}. It is {state?.State}: {state?.Problem}\n{string.Join('\n', SessionKiller.Left(id))}\n{stack.Told(id)}");
            }
            await Task.Delay(Pause, Cancelled);
        }
    }
}

using System.Net;
using System.Threading.Channels;
using Devex.Contracts.Connections;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Devex.Contracts.Tests;

public sealed class PatienceTests : IDisposable
{
    private const int Pieces = 16;
    private static readonly Patience Patience = new(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(12));
    // Sixteen pieces of 64 KiB, each of which may take a second.
    private static readonly TimeSpan Upload = TimeSpan.FromSeconds(12 + Pieces);

    private readonly FakeTimeProvider _time = new();
    private readonly Line _line = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _line.Dispose();

    [Fact]
    public async Task Who_does_not_answer_is_given_up()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://s3.invalid/");
        var asked = Patience.SendAsync(request, NeverAsync, _time, Cancelled);
        _time.Advance(Patience.Answer - TimeSpan.FromTicks(1));
        Assert.False(asked.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        var e = await Assert.ThrowsAsync<HttpRequestException>(() => asked);
        Assert.Equal("No answer came within 12 s.", e.Message);
    }

    [Fact]
    public async Task A_body_that_is_taken_bit_by_bit_has_all_the_time_it_needs()
    {
        using var request = Request();
        var asked = Patience.SendAsync(request, SendAsync, _time, Cancelled);
        for (var piece = 0; piece < Pieces; piece++)
        {
            var taken = await _line.NextAsync();
            _time.Advance(Upload - TimeSpan.FromSeconds(1));
            taken.SetResult();
        }
        using var answer = await asked;
        Assert.Equal((HttpStatusCode.OK, Pieces * 64 * 1024L), (answer.StatusCode, _line.Bytes));
        Assert.Equal("text/plain", request.Content!.Headers.ContentType!.MediaType);
        Assert.Equal(Pieces * 64 * 1024, request.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_body_that_is_not_taken_any_more_is_given_up()
    {
        using var request = Request();
        var asked = Patience.SendAsync(request, SendAsync, _time, Cancelled);
        for (var piece = 0; piece < 3; piece++)
            (await _line.NextAsync()).SetResult();
        await _line.NextAsync();
        _time.Advance(Upload - TimeSpan.FromTicks(1));
        Assert.False(asked.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<HttpRequestException>(() => asked);
    }

    [Fact]
    public async Task What_may_be_on_its_way_has_the_time_of_its_bytes_and_no_more()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://s3.invalid/") { Content = new ByteArrayContent(new byte[16 * 1024 * 1024]) };
        var asked = Patience.SendAsync(request, NeverAsync, _time, Cancelled);
        _time.Advance(TimeSpan.FromSeconds(12 + 64) - TimeSpan.FromTicks(1));
        Assert.False(asked.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<HttpRequestException>(() => asked);
    }

    [Fact]
    public async Task Who_stops_waiting_is_told_so()
    {
        using var leaving = new CancellationTokenSource();
        using var request = Request();
        var asked = Patience.SendAsync(request, SendAsync, _time, leaving.Token);
        await _line.NextAsync();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private static HttpRequestMessage Request() => new(HttpMethod.Put, "http://s3.invalid/")
    {
        Content = new ByteArrayContent(new byte[Pieces * 64 * 1024]) { Headers = { ContentType = new("text/plain") } },
    };

    private static async Task<HttpResponseMessage> NeverAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return new HttpResponseMessage();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await request.Content!.CopyToAsync(_line, cancellationToken);
        return new HttpResponseMessage(HttpStatusCode.OK);
    }

    /// <summary>Takes each piece when the test says so.</summary>
    private sealed class Line : MemoryStream
    {
        private readonly Channel<TaskCompletionSource> _pieces = Channel.CreateUnbounded<TaskCompletionSource>();

        public long Bytes { get; private set; }

        public Task<TaskCompletionSource> NextAsync() => _pieces.Reader.ReadAsync(Cancelled).AsTask();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _pieces.Writer.TryWrite(taken);
            await taken.Task.WaitAsync(cancellationToken);
            Bytes += buffer.Length;
        }
    }
}

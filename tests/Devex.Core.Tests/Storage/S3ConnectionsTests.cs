using System.Collections.Concurrent;
using Amazon.Runtime;
using Devex.Contracts.Connections;
using Devex.Core.Snapshots;
using Devex.Core.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Devex.Core.Tests.Storage;

/// <summary>An S3 that takes requests and does not answer them.</summary>
[Trait("Tier", "integration")]
public sealed class S3ConnectionsTests : IAsyncLifetime
{
    // Without a limit the tests would never end.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<string> _asked = new();
    private readonly WebApplication _s3;
    private Func<HttpContext, int, Task> _answer = (_, _) => Task.CompletedTask;

    public S3ConnectionsTests()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _s3 = builder.Build();
        _s3.Run(context =>
        {
            _asked.Enqueue(context.Request.Method);
            return _answer(context, _asked.Count(method => method == context.Request.Method));
        });
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _s3.StartAsync(Cancelled);

    public ValueTask DisposeAsync() => _s3.DisposeAsync();

    [Fact]
    public async Task What_S3_does_not_answer_is_asked_again()
    {
        _answer = (context, time) => time == 1 ? GivenUpAsync(context) : AnswerAsync(context);
        Assert.Equal(7, await Objects(patience: 500).LengthAsync("key", Cancelled).WaitAsync(Soon, Cancelled));
        Assert.Equal(["HEAD", "HEAD"], _asked);
    }

    [Fact]
    public async Task S3_that_is_silent_is_away_after_three_attempts()
    {
        _answer = (context, _) => GivenUpAsync(context);
        var e = await Assert.ThrowsAsync<HttpRequestException>(() => Objects(patience: 200).LengthAsync("key", Cancelled).WaitAsync(Soon, Cancelled));
        Assert.Contains("No answer came within", e.Message, StringComparison.Ordinal);
        Assert.Equal(3, _asked.Count);
    }

    [Fact]
    public async Task Who_asks_while_nobody_is_answered_learns_it_at_once()
    {
        _answer = (context, _) => GivenUpAsync(context);
        var objects = Objects(patience: 200, between: TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<HttpRequestException>(() => objects.LengthAsync("key", Cancelled).WaitAsync(Soon, Cancelled));
        var e = await Assert.ThrowsAsync<AmazonClientException>(() => objects.LengthAsync("key", Cancelled).WaitAsync(Soon, Cancelled));
        Assert.Contains("S3 has answered nobody", e.Message, StringComparison.Ordinal);
        Assert.Equal(3, _asked.Count);
    }

    [Fact]
    public async Task Who_finds_out_asks_once_and_learns_it_too()
    {
        _answer = (context, _) => GivenUpAsync(context);
        var objects = Objects(patience: 200, between: TimeSpan.FromMilliseconds(500));
        await Assert.ThrowsAsync<HttpRequestException>(() => objects.LengthAsync("key", Cancelled).WaitAsync(Soon, Cancelled));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Soon);
        while (_asked.Count == 3)
        {
            await Assert.ThrowsAsync<AmazonClientException>(() => objects.LengthAsync("key", limit.Token));
            await Task.Delay(20, limit.Token);
        }
        Assert.Equal(4, _asked.Count);
    }

    [Fact]
    public async Task S3_that_answers_again_is_found_to()
    {
        _answer = (context, _) => GivenUpAsync(context);
        var objects = Objects(patience: 200, between: TimeSpan.FromMilliseconds(500));
        await Assert.ThrowsAsync<HttpRequestException>(() => objects.LengthAsync("key", Cancelled).WaitAsync(Soon, Cancelled));
        _answer = (context, _) => AnswerAsync(context);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Soon);
        while (await LengthAsync() != 7)
            await Task.Delay(20, limit.Token);

        async Task<long?> LengthAsync()
        {
            try
            {
                return await objects.LengthAsync("key", limit.Token);
            }
            catch (AmazonClientException)
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task A_large_object_has_the_time_that_its_bytes_take()
    {
        var smallGivenUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answer = async (context, time) =>
        {
            if (context.Request.Method == "PUT")
                await smallGivenUp.Task;
            else if (time == 1)
            {
                await GivenUpAsync(context);
                smallGivenUp.SetResult();
                return;
            }
            await AnswerAsync(context);
        };
        var objects = Objects(patience: 500);
        var put = objects.PutNewAsync("pack", new byte[32 * Patience.SlowestUpload], "application/octet-stream", Cancelled);
        await objects.LengthAsync("key", Cancelled).WaitAsync(Soon, Cancelled);
        Assert.True(await put.WaitAsync(Soon, Cancelled));
        Assert.Single(_asked, "PUT");
    }

    [Fact]
    public async Task A_body_that_stops_coming_is_given_up()
    {
        _answer = async (context, _) =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(new byte[500]);
            await GivenUpAsync(context);
        };
        var e = await Assert.ThrowsAnyAsync<IOException>(() => Objects(patience: 500).GetAsync("key", 1000, Cancelled).WaitAsync(Soon, Cancelled));
        Assert.Contains("Nothing more of an answer", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_goes_on_coming_has_all_the_time_it_needs()
    {
        _answer = async (context, _) =>
        {
            context.Response.ContentLength = 8;
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
            for (var sent = 0; sent < 8; sent++)
            {
                await context.Response.Body.WriteAsync(new byte[] { (byte)sent });
                await context.Response.Body.FlushAsync();
                await tick.WaitForNextTickAsync();
            }
        };
        var read = await Objects(patience: 1000).GetAsync("key", 1000, Cancelled).WaitAsync(Soon, Cancelled);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], read!.Bytes);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        if (context.Request.Method == "HEAD")
            context.Response.ContentLength = 7;
    }

    /// <summary>Says nothing until the other side hangs up.</summary>
    private static Task GivenUpAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(gone.SetResult);
        return gone.Task;
    }

    private SnapshotObjects Objects(int patience, TimeSpan? between = null)
    {
        var options = new S3Options { ServiceUrl = _s3.Urls.First(), AccessKey = "key", SecretKey = "secret" };
        return new SnapshotObjects(StorageFeature.CreateClient(options, new Patience(TimeSpan.FromMilliseconds(patience), TimeSpan.FromMilliseconds(patience)), between), Options.Create(options));
    }
}
